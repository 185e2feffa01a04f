package io.troupe.streams.flight.exchange;

import io.troupe.protocols.sample.Prompt;
import io.troupe.serving.endpoint.Generation;
import io.troupe.serving.endpoint.RefusedException;
import io.troupe.serving.endpoint.RefusedException.Reason;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The prompts of an exchange: some are being decoded, the others wait. A prompt that the endpoint
 * refuses because it is busy waits until another prompt of the exchange has ended. Thread-safe.
 */
final class PromptQueue {
  private final int maxConcurrent;
  private final int maxWaiting;
  private final Function<Prompt, Generation> submit;
  private final BiConsumer<Prompt, Generation> onStart;

  // Guarded by this.
  private final ArrayDeque<Prompt> waiting = new ArrayDeque<>();
  private final Set<Generation> running = new LinkedHashSet<>();
  private boolean isComplete; // no more prompts
  private boolean isClosed;

  /**
   * A queue.
   *
   * @param maxConcurrent maximum number of prompts that are decoded at the same time
   * @param maxWaiting maximum number of prompts that wait
   * @param submit starts the decoding of a prompt
   * @param onStart reads its events
   */
  PromptQueue(
      int maxConcurrent,
      int maxWaiting,
      Function<Prompt, Generation> submit,
      BiConsumer<Prompt, Generation> onStart) {
    this.maxConcurrent = maxConcurrent;
    this.maxWaiting = maxWaiting;
    this.submit = submit;
    this.onStart = onStart;
  }

  /** Whether a batch of prompts has room; an empty queue takes a batch of any size. */
  synchronized boolean hasRoom(int numPrompts) {
    return waiting.isEmpty() || waiting.size() + numPrompts <= maxWaiting || isClosed;
  }

  /** Waits until a batch of prompts has room. */
  synchronized void awaitRoom(int numPrompts) throws InterruptedException {
    while (!hasRoom(numPrompts)) {
      wait();
    }
  }

  /** Adds prompts and starts as many as may run. */
  void add(List<Prompt> prompts) {
    synchronized (this) {
      waiting.addAll(prompts);
    }
    startWaiting();
  }

  /** No prompt follows; returns whether all have ended. */
  synchronized boolean complete() {
    isComplete = true;
    return hasEnded();
  }

  /**
   * A prompt has ended; the next one starts.
   *
   * @return whether all have ended and none follows
   */
  boolean ended(Generation generation) {
    synchronized (this) {
      running.remove(generation);
      notifyAll();
    }
    startWaiting();
    synchronized (this) {
      return hasEnded();
    }
  }

  private boolean hasEnded() {
    return isComplete && isIdle();
  }

  /** Whether no prompt is being decoded, and none waits. */
  synchronized boolean isIdle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  private void startWaiting() {
    for (Optional<Runnable> start = startNext(); start.isPresent(); start = startNext()) {
      start.get().run(); // outside the lock: it may run until the prompt has ended
    }
  }

  private synchronized Optional<Runnable> startNext() {
    Prompt prompt = waiting.peek();
    if (prompt == null || running.size() >= maxConcurrent || isClosed) {
      return Optional.empty();
    }
    Generation generation;
    try {
      generation = submit.apply(prompt);
    } catch (RefusedException e) {
      if (e.reason() == Reason.BUSY && !running.isEmpty()) {
        return Optional.empty();
      }
      throw e;
    }
    waiting.remove();
    running.add(generation);
    notifyAll();
    return Optional.of(() -> onStart.accept(prompt, generation));
  }

  /** Cancels all prompts. */
  void close() {
    List<Generation> canceled;
    synchronized (this) {
      isClosed = true;
      waiting.clear();
      canceled = List.copyOf(running);
      running.clear();
      notifyAll();
    }
    canceled.forEach(Generation::close);
  }
}
