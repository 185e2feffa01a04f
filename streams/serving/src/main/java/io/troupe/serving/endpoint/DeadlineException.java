package io.troupe.serving.endpoint;

import java.io.Serial;
import java.time.Duration;

/** A request has not ended by its deadline; its decoding has been canceled. */
public final class DeadlineException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** The deadline that has passed. */
  public DeadlineException(Duration timeout) {
    super(
        "a request must end within request-timeout="
            + timeout.toMillis() / 1000.0
            + " s, but it has not; lower max_tokens or raise --request-timeout");
  }
}
