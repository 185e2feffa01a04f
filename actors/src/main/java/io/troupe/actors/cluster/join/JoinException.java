package io.troupe.actors.cluster.join;

/** A process cannot join a run. The message is one line. */
public final class JoinException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JoinException(String message) {
    super(message);
  }

  JoinException(String message, Throwable cause) {
    super(message, cause);
  }
}
