package io.troupe.nn.checkpoint;

/**
 * A checkpoint is invalid. The message is one line with the file, the fault, the expectation and
 * the remedy.
 */
public final class CheckpointFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** With a message. */
  public CheckpointFormatException(String message) {
    super(message);
  }

  /** With a message and a cause. */
  public CheckpointFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
