package io.troupe.streams.weights;

/** Weights cannot be delivered. The message names the receiver, the version and the cause. */
public final class WeightTransportException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A reason without a cause. */
  public WeightTransportException(String message) {
    super(message);
  }

  /** A reason with its cause. */
  public WeightTransportException(String message, Throwable cause) {
    super(message, cause);
  }
}
