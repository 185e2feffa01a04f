package io.troupe.streams.http.events;

import io.troupe.serving.endpoint.GenerationEvent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Collects all events of a generation, on the threads that decode them. */
public final class WholeResponse {
  private final ClientGeneration generation;
  private final Consumer<GenerationEvent> collector;
  private final CompletableFuture<Void> collected = new CompletableFuture<>();

  private WholeResponse(ClientGeneration generation, Consumer<GenerationEvent> collector) {
    this.generation = generation;
    this.collector = collector;
  }

  /**
   * Collects the events.
   *
   * @param collector gets each event; called by one thread at a time, must not block
   * @return completes after the last event; fails with the cause if decoding fails
   */
  public static CompletionStage<Void> collect(
      ClientGeneration generation, Consumer<GenerationEvent> collector) {
    WholeResponse response = new WholeResponse(generation, collector);
    response.read();
    return response.collected.whenComplete((_, _) -> generation.close());
  }

  private void read() {
    boolean goesOn = true;
    while (goesOn) {
      CompletableFuture<Optional<GenerationEvent>> next =
          generation.generation().next().toCompletableFuture();
      if (!next.isDone()) {
        next.whenComplete(this::arrived);
        return;
      }
      goesOn = add(next);
    }
  }

  private void arrived(Optional<GenerationEvent> event, Throwable failure) {
    if (failure != null) {
      collected.completeExceptionally(failure);
    } else if (add(CompletableFuture.completedFuture(event))) {
      read();
    }
  }

  /** Adds an event; returns whether there may be more. */
  private boolean add(CompletableFuture<Optional<GenerationEvent>> next) {
    try {
      Optional<GenerationEvent> event = next.join();
      event.ifPresent(collector);
      if (event.isEmpty()) {
        collected.complete(null);
      }
      return event.isPresent();
    } catch (CompletionException e) {
      collected.completeExceptionally(e.getCause());
      return false;
    } catch (RuntimeException e) {
      collected.completeExceptionally(e);
      return false;
    }
  }
}
