package io.troupe.actors.run;

/**
 * A run failed before its last step. The one-line message names the actor and the cause; the run
 * directory can be resumed from its newest checkpoint.
 */
public final class RunFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A message with its cause, which may be null. */
  public RunFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
