package io.troupe.rollout.service;

/** A request cannot be decoded because its service has stopped; the message names the cause. */
public final class DecodingStoppedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** A stop for a reason, such as {@code the evaluation has ended}. */
  public DecodingStoppedException(String cause) {
    super("decoding has stopped: " + cause);
  }

  /** A stop because of a failure. */
  public DecodingStoppedException(Throwable cause) {
    super("decoding has failed: " + cause.getMessage(), cause);
  }
}
