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

  /** A token without a credit. Handed from thread to thread by the gate. */
  private GenerationEvent held;

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

  /** Goes on until an event, a place or a credit must be waited for. */
  @Override
  public void run() {
    if (held != null && !sendHeld()) {
      return;
    }
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

  /** Handles an event; returns whether the next one may be requested. */
  private boolean accept(Optional<GenerationEvent> event) {
    if (event.isEmpty()) {
      gate.leave(1);
      onEnd.run();
      return false;
    }
    switch (event.get()) {
      case GenerationEvent.Token token -> {
        held = token;
        return sendHeld();
      }
      case GenerationEvent.Completed completed -> send(completed); // needs no credit
      case GenerationEvent.PromptScored _ -> gate.leave(1); // has no column
    }
    return true;
  }

  /**
   * Sends the token that waits for a credit; if there is none, another thread may go on at once.
   */
  private boolean sendHeld() {
    if (!gate.spend(this)) {
      return false;
    }
    GenerationEvent token = held;
    held = null;
    send(token);
    return true;
  }

  private void send(GenerationEvent event) {
    stream.add(firstRequest + event.promptIndex(), event);
  }

  private boolean fail(Throwable failure) {
    gate.leave(1);
    stream.fail(failure);
    return false;
  }
}
