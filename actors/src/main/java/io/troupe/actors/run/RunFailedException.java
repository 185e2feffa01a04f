package io.troupe.actors.run;

/**
 * A run ended before its last step. The message is one line that names the actor and the cause; the
 * run folder can be resumed from its newest checkpoint.
 */
public final class RunFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A reason with its cause, which may be null. */
  public RunFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
