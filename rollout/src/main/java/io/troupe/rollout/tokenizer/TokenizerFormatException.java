package io.troupe.rollout.tokenizer;

/**
 * The files of a tokenizer cannot be used as they are. The message is one line: which file, what is
 * wrong with it, what was expected and what to do.
 */
public final class TokenizerFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** With the whole explanation. */
  public TokenizerFormatException(String message) {
    super(message);
  }

  /** With the explanation and what was noticed first. */
  public TokenizerFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
