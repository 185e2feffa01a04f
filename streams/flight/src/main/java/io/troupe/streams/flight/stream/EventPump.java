package io.troupe.streams.flight.stream;

import io.troupe.serving.endpoint.GenerationEvent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Moves the events of one source to a stream, as far as the gate of the stream allows. It runs on
 * the thread that has an event for it or makes room for one, and never waits.
 */
public final class EventPump implements Runnable {
  private final EventSource source;
  private final int firstRequest;
  private final Gate gate;
  private final TokenStream stream;
  private final Runnable onEnd;

  /**
   * A pump, which {@link #run} starts.
   *
   * @param firstRequest what rows show as the request of the first prompt
   * @param onEnd runs after the last event; not after a failure, with which the stream ends
   */
  public EventPump(
      EventSource source, int firstRequest, Gate gate, TokenStream stream, Runnable onEnd) {
    this.source = source;
    this.firstRequest = firstRequest;
    this.gate = gate;
    this.stream = stream;
    this.onEnd = onEnd;
  }

  /** Requests events until one must be waited for, or the gate is closed. */
  @Override
  public void run() {
    while (gate.enter(this)) {
      CompletableFuture<Optional<GenerationEvent>> next = source.next().toCompletableFuture();
      if (!next.isDone()) {
        next.whenComplete(this::goOn);
        return;
      }
      if (!accept(next)) {
        return;
      }
    }
  }

  private boolean accept(CompletableFuture<Optional<GenerationEvent>> next) {
    return next.isCompletedExceptionally() ? fail(next.exceptionNow()) : accept(next.resultNow());
  }

  private void goOn(Optional<GenerationEvent> event, Throwable failure) {
    if (failure == null ? accept(event) : fail(failure)) {
      run();
    }
  }

  /** Adds an event to the stream; returns whether more may follow. */
  private boolean accept(Optional<GenerationEvent> event) {
    if (event.isEmpty()) {
      gate.cancel();
      onEnd.run();
      return false;
    }
    switch (event.get()) {
      case GenerationEvent.Token token -> add(token);
      case GenerationEvent.Completed completed -> {
        add(completed);
        gate.refund();
      }
      case GenerationEvent.PromptScored _ -> gate.cancel(); // has no column
    }
    return true;
  }

  private void add(GenerationEvent event) {
    stream.add(firstRequest + event.promptIndex(), event);
  }

  private boolean fail(Throwable failure) {
    gate.cancel();
    stream.fail(failure);
    return false;
  }
}
