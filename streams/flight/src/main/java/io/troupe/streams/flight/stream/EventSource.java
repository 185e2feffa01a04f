package io.troupe.streams.flight.stream;

import io.troupe.serving.endpoint.GenerationEvent;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where the events of a stream come from: the decoder, or the memory of a job. */
@FunctionalInterface
public interface EventSource {
  /**
   * Asks for the next event; called again only when the last result is complete.
   *
   * @return completes with the event, or with empty after the last one
   */
  CompletionStage<Optional<GenerationEvent>> next();
}
