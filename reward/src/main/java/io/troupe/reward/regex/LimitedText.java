package io.troupe.reward.regex;

import java.util.concurrent.CancellationException;

/** Text that ends a match after too many steps, or when the reading thread is interrupted. */
final class LimitedText implements CharSequence {
  /** Characters that one match may read: about a quarter of a second. */
  static final int MAX_STEPS = 20_000_000;

  private final String text;
  private int steps;

  LimitedText(String text) {
    this.text = text;
  }

  @Override
  public char charAt(int index) {
    if (++steps > MAX_STEPS) {
      throw new StepLimitExceeded();
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted while matching");
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }

  /** A match took too many steps. */
  static final class StepLimitExceeded extends RuntimeException {
    private static final long serialVersionUID = 1;

    StepLimitExceeded() {
      super("the pattern needs more than " + MAX_STEPS + " steps for one match");
    }
  }
}
