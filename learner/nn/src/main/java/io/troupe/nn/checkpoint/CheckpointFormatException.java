package io.troupe.nn.checkpoint;

/**
 * A checkpoint cannot be used as it is. The message is one line: which file, what is wrong with it,
 * what was expected and what to do.
 */
public final class CheckpointFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** With the whole explanation. */
  public CheckpointFormatException(String message) {
    super(message);
  }

  /** With the explanation and what was noticed first. */
  public CheckpointFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
