package io.troupe.actors.run;

/** The folder of a run cannot be used. The message is one line for the user. */
public final class RunFolderException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A reason without a cause. */
  public RunFolderException(String message) {
    super(message);
  }

  /** A reason with its cause. */
  public RunFolderException(String message, Throwable cause) {
    super(message, cause);
  }
}
