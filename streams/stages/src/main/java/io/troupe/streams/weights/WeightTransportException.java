package io.troupe.streams.weights;

/** Weights cannot be delivered. The message names the receiver, the version and the cause. */
public final class WeightTransportException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** An exception with a message. */
  public WeightTransportException(String message) {
    super(message);
  }

  /** An exception with a message and a cause. */
  public WeightTransportException(String message, Throwable cause) {
    super(message, cause);
  }
}
