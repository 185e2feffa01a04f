package io.troupe.rollout.tokenizer;

/**
 * A tokenizer file is invalid. The message is one line with the file, the fault, the expectation
 * and the remedy.
 */
public final class TokenizerFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** With a message. */
  public TokenizerFormatException(String message) {
    super(message);
  }

  /** With a message and a cause. */
  public TokenizerFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
