package io.troupe.actors.cluster.key;

/** The key file cannot be created or read. The message is one line and contains no secret. */
public final class KeyFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeyFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
