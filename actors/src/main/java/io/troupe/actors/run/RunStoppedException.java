package io.troupe.actors.run;

/**
 * A run was asked to stop, and has stopped with a checkpoint. The one-line message names the
 * command that resumes it.
 */
public final class RunStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A message with its cause, which may be null. */
  public RunStoppedException(String message, Throwable cause) {
    super(message, cause);
  }
}
