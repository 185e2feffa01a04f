package io.troupe.rollout.service;

import io.troupe.nn.lm.CausalLM;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A decoding service with a thread of its own. The caller closes it before the model. */
public final class DecoderThread implements AutoCloseable {
  private final String name;
  private final Duration closeTimeout;
  private final ExecutorService executor;
  private final DecodingService service;

  /**
   * Starts a service.
   *
   * @param name of the thread
   * @param closeTimeout maximum time that {@link #close} waits for the current forward pass
   * @throws IllegalArgumentException if the tokenizer does not fit the model
   */
  public DecoderThread(
      String name,
      CausalLM model,
      Tokenizer tokenizer,
      DecodingLimits limits,
      Duration closeTimeout) {
    this.name = name;
    this.closeTimeout = closeTimeout;
    this.executor =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name(name).daemon().factory()); // starts with the first task
    this.service = new DecodingService(model, tokenizer, limits, executor);
  }

  /** The service; its streams complete on this thread. */
  public DecodingService service() {
    return service;
  }

  /** Whether the thread has ended, so that nothing uses the model. */
  public boolean hasEnded() {
    return executor.isTerminated();
  }

  /**
   * Stops the service and waits for the end of the thread. Closing twice is harmless.
   *
   * @throws IllegalStateException if the thread does not end in time: the model must stay open
   */
  @Override
  public void close() {
    var stopped = service.stop(name + " was closed").toCompletableFuture();
    executor.shutdown();
    if (!hasEndedWithin(closeTimeout)) {
      throw new IllegalStateException(
          "thread "
              + name
              + " must end within "
              + closeTimeout
              + ", but its forward pass is still running; the model stays open");
    }
    stopped.join();
  }

  /** Waits even if the calling thread is interrupted, because the model must outlive the thread. */
  private boolean hasEndedWithin(Duration timeout) {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    boolean wasInterrupted = false;
    try {
      while (true) {
        try {
          return executor.awaitTermination(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          wasInterrupted = true;
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
