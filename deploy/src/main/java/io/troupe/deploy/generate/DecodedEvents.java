package io.troupe.deploy.generate;

import io.troupe.actors.run.SystemConfig;
import io.troupe.rollout.engine.DecodingEngine;
import io.troupe.streams.decoding.DecodingEvent;
import io.troupe.streams.decoding.DecodingRequest;
import io.troupe.streams.decoding.DecodingStage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The events of a decoding stream, taken one by one by a thread that may wait for them. What is not
 * taken is not decoded. Closing returns when the engine is closed.
 */
final class DecodedEvents implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final ActorSystem system;
  private final SinkQueueWithCancel<DecodingEvent> queue;
  private final CompletionStage<Done> closed;

  private DecodedEvents(
      ActorSystem system, SinkQueueWithCancel<DecodingEvent> queue, CompletionStage<Done> closed) {
    this.system = system;
    this.queue = queue;
    this.closed = closed;
  }

  static DecodedEvents of(List<DecodingRequest> requests, Supplier<DecodingEngine> opening) {
    ActorSystem system = ActorSystem.create("troupe", SystemConfig.load());
    var running =
        Source.from(requests)
            .viaMat(DecodingStage.flow(opening), Keep.right())
            .toMat(Sink.queue(1), Keep.both())
            .run(system);
    return new DecodedEvents(system, running.second(), running.first());
  }

  /** The next event; empty after the last one. */
  Optional<DecodingEvent> next() {
    return await(queue.pull(), "the next token has not been decoded");
  }

  private static <T> T await(CompletionStage<T> stage, String failure) {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while decoding", e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(failure + " within " + PATIENCE, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  @Override
  public void close() {
    queue.cancel();
    await(closed, "the decoder has not ended");
    system.terminate();
  }
}
