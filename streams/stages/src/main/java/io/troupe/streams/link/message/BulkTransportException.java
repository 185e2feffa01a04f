package io.troupe.streams.link.message;

/** A message cannot be sent, or a link does not start. The message names the peer and the cause. */
public final class BulkTransportException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** An exception with a message. */
  public BulkTransportException(String message) {
    super(message);
  }

  /** An exception with a message and a cause. */
  public BulkTransportException(String message, Throwable cause) {
    super(message, cause);
  }
}
