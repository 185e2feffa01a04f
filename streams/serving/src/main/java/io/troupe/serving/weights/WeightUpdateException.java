package io.troupe.serving.weights;

import java.io.Serial;

/** A weight update is refused or has failed; the weights are as before. */
public final class WeightUpdateException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** The reason. */
  public WeightUpdateException(String message) {
    super(message);
  }

  /** The reason and its cause. */
  public WeightUpdateException(String message, Throwable cause) {
    super(message, cause);
  }
}
