package io.troupe.serving.endpoint;

import io.troupe.protocols.config.LoadConfig;
import io.troupe.serving.endpoint.RefusedException.Reason;
import io.troupe.serving.request.InvalidFieldException;
import java.time.Duration;

/**
 * Counts admitted requests and their prompt tokens, and refuses what exceeds the limits before any
 * work is done for it. Thread-safe.
 */
final class AdmissionGate {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final int maxRequests;
  private final int maxPromptTokens;
  private int numRequests;
  private long numPromptTokens;

  AdmissionGate(LoadConfig limits) {
    this.maxRequests = limits.maxRequests();
    this.maxPromptTokens = limits.maxPendingPromptTokens();
  }

  /** The place of an admitted request; leaving twice is harmless. */
  final class Place {
    private final int promptTokens;
    private boolean left;

    private Place(int promptTokens) {
      this.promptTokens = promptTokens;
    }

    /** Makes room for another request. */
    void leave() {
      synchronized (AdmissionGate.this) {
        if (!left) {
          left = true;
          numRequests--;
          numPromptTokens -= promptTokens;
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
  }

  /**
   * Admits a request.
   *
   * @throws RefusedException if too many are admitted already
   * @throws InvalidFieldException if the request alone exceeds the limit
   */
  synchronized Place enter(int promptTokens) {
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
    numRequests++;
    numPromptTokens += promptTokens;
    return new Place(promptTokens);
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
