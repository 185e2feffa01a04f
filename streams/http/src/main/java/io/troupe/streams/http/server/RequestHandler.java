package io.troupe.streams.http.server;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Answers the requests of all connections. Thread-safe. */
@FunctionalInterface
public interface RequestHandler {
  /**
   * Answers a request. Called on a thread of the actor system: implementations must not block.
   *
   * @param connection the connection of the request, which has no other request at that time
   * @return completes with the response, whose entity ends with {@link ClientConnection#release} if
   *     it is a stream
   */
  CompletionStage<HttpResponse> handle(HttpRequest request, ClientConnection connection);
}
