package io.troupe.streams.http.api;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * A route.
 *
 * @param access who may use it
 * @param action answers a request
 */
record Route(Access access, Action action) {
  /** Who may use a route. */
  enum Access {
    /** Everybody. */
    OPEN,
    /** Callers with a key. */
    KEY,
    /** Callers whose key may replace weights. */
    WEIGHTS
  }

  /** Answers a request, on a thread that may compute but must not wait. */
  @FunctionalInterface
  interface Action {
    /** Answers a request; a failure becomes an error object. */
    CompletionStage<HttpResponse> answer(Exchange exchange);
  }
}
