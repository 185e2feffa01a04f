package io.troupe.actors.run;

import io.troupe.actors.learner.PermanentFailure;

/** A run directory cannot be used. The message is one line for the user. */
public final class RunDirectoryException extends RuntimeException implements PermanentFailure {
  private static final long serialVersionUID = 1;

  /** A message without a cause. */
  public RunDirectoryException(String message) {
    super(message);
  }

  /** A message with its cause. */
  public RunDirectoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
