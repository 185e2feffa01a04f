package io.troupe.log.codec;

/** Bytes that are damaged, out of bounds or of an unknown version. */
public final class CodecException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** An exception with a one-line message. */
  public CodecException(String message) {
    super(message);
  }

  /** An exception for content that is encoded correctly but not valid. */
  public CodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
