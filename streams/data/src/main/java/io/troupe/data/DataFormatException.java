package io.troupe.data;

/** A data file cannot be used. The message names the file, and the line or row if there is one. */
public final class DataFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** An exception with a message. */
  public DataFormatException(String message) {
    super(message);
  }

  /** An exception with a message and a cause. */
  public DataFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
