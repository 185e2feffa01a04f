package io.troupe.actors.run;

/** The folder of a run cannot be used. The message is one line for the user. */
public final class RunDirectoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A reason without a cause. */
  public RunDirectoryException(String message) {
    super(message);
  }

  /** A reason with its cause. */
  public RunDirectoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
