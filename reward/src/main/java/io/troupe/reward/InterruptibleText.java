package io.troupe.reward;

import java.util.concurrent.CancellationException;

/**
 * Text that stops whoever reads it once the reading thread is interrupted: a regular expression
 * that backtracks for ever would not notice otherwise.
 */
record InterruptibleText(String text) implements CharSequence {

  @Override
  public char charAt(int index) {
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
    return new InterruptibleText(text.substring(start, end));
  }

  @Override
  public String toString() {
    return text;
  }
}
