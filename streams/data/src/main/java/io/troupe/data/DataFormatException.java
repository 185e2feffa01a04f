package io.troupe.data;

/** A data file cannot be used. The message names the file, and the line or row where it can. */
public final class DataFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What is wrong with it. */
  public DataFormatException(String message) {
    super(message);
  }

  /** What is wrong with it, and what it came from. */
  public DataFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
