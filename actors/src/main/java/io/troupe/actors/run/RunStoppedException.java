package io.troupe.actors.run;

/**
 * A run was asked to stop and did: the step under way was finished and a checkpoint is written. The
 * message is one line for the user that says how to go on.
 */
public final class RunStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** After which step. */
  public RunStoppedException(String message) {
    super(message);
  }
}
