package io.troupe.streams.driver;

/** The media driver or its client does not start. The message names the directory and the cause. */
public final class DriverException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** An exception with a message and a cause. */
  public DriverException(String message, Throwable cause) {
    super(message, cause);
  }
}
