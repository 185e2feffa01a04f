package io.troupe.serving.endpoint;

import io.troupe.protocols.config.LoadConfig;
import io.troupe.rollout.service.PassTimes;
import io.troupe.serving.endpoint.RefusedException.Reason;
import io.troupe.serving.request.InvalidFieldException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Counts admitted requests and their prompt tokens, and refuses what exceeds the limits before any
 * work is done for it. Thread-safe.
 */
final class AdmissionGate {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final int maxRequests;
  private final int maxPromptTokens;
  private final Duration maxDelay;
  private final FirstTokenDelay delay;
  private final LongSupplier nanoTime;
  private int numRequests;
  private long numPromptTokens;

  AdmissionGate(LoadConfig limits, PassTimes passes) {
    this(limits, passes, System::nanoTime);
  }

  AdmissionGate(LoadConfig limits, PassTimes passes, LongSupplier nanoTime) {
    this.maxRequests = limits.maxRequests();
    this.maxPromptTokens = limits.maxPendingPromptTokens();
    this.maxDelay = limits.maxFirstTokenDelay();
    this.delay = new FirstTokenDelay(limits, passes);
    this.nanoTime = nanoTime;
  }

  /** When the prompt of a request is read. */
  enum Reading {
    AT_ONCE,
    /** When its reader asks, or beside the batch. */
    LATER
  }

  /** The place of an admitted request; leaving twice is harmless. */
  final class Place {
    private final FirstTokenDelay.Load load;
    private boolean left;

    private Place(FirstTokenDelay.Load load) {
      this.load = load;
    }

    /** The request has its first token. */
    void started(int numCachedTokens) {
      synchronized (AdmissionGate.this) {
        if (!left) {
          delay.started(load, numCachedTokens, nanoTime.getAsLong());
        }
      }
    }

    /** Makes room for another request. */
    void leave() {
      synchronized (AdmissionGate.this) {
        if (!left) {
          left = true;
          numRequests--;
          numPromptTokens -= load.numPromptTokens();
          delay.left(load);
          AdmissionGate.this.notifyAll();
        }
      }
    }
  }

  /**
   * Checks that there is room for a request of unknown size.
   *
   * @throws RefusedException if too many are admitted already
   */
  synchronized void requireRoom() {
    if (numRequests >= maxRequests) {
      throw new RefusedException(
          Reason.BUSY,
          "the number of admitted requests must be at most max-requests="
              + maxRequests
              + ", got one more; try again later",
          RETRY_AFTER);
    }
    requireShortDelay(new FirstTokenDelay.Load(1, 1, nanoTime.getAsLong()));
  }

  private void requireShortDelay(FirstTokenDelay.Load load) {
    if (delay.isTooLong(load)) {
      throw new RefusedException(
          Reason.BUSY,
          "the delay of the first token by other requests must be at most max-first-token-delay="
              + maxDelay.toMillis()
              + " ms, and would be longer; try again later",
          RETRY_AFTER);
    }
  }

  /**
   * Admits a request.
   *
   * @param numSamples number of its completions, of all prompts together
   * @throws RefusedException if too many are admitted already
   * @throws InvalidFieldException if the request alone exceeds the limit
   */
  synchronized Place enter(int promptTokens, int numSamples, Reading reading) {
    if (promptTokens > maxPromptTokens) {
      throw InvalidFieldException.of(
          "prompt",
          "at most max-pending-prompt-tokens=" + maxPromptTokens + " tokens",
          promptTokens + " tokens");
    }
    requireRoom();
    if (numPromptTokens + promptTokens > maxPromptTokens) {
      throw new RefusedException(
          Reason.BUSY,
          "the prompts of the admitted requests must have at most max-pending-prompt-tokens="
              + maxPromptTokens
              + " tokens, got "
              + (numPromptTokens + promptTokens)
              + "; try again later",
          RETRY_AFTER);
    }
    FirstTokenDelay.Load load =
        new FirstTokenDelay.Load(promptTokens, numSamples, nanoTime.getAsLong());
    requireShortDelay(load);
    numRequests++;
    numPromptTokens += promptTokens;
    switch (reading) {
      case AT_ONCE -> delay.waits(load);
      case LATER -> delay.decodes(load);
    }
    return new Place(load);
  }

  /**
   * Waits until no request is admitted.
   *
   * @return whether that is so within the timeout
   * @throws InterruptedException if the calling thread is interrupted
   */
  synchronized boolean awaitEmpty(Duration timeout) throws InterruptedException {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    while (numRequests > 0) {
      long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        return false;
      }
      wait(leftMs);
    }
    return true;
  }

  /** Number of admitted requests. */
  synchronized int numRequests() {
    return numRequests;
  }
}
