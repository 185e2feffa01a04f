package io.troupe.serving.endpoint;

import java.io.Serial;
import java.time.Duration;

/** A request is refused before any work; the client may try again. */
public final class RefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** Why a request is refused. */
  public enum Reason {
    /** Too many requests: HTTP 429, gRPC RESOURCE_EXHAUSTED. */
    BUSY,
    /** The endpoint is not ready: HTTP 503, gRPC UNAVAILABLE. */
    STARTING,
    /** The endpoint stops: HTTP 503, gRPC UNAVAILABLE. */
    DRAINING
  }

  private final Reason reason;
  private final Duration retryAfter;

  /** A refusal with a time after which another attempt makes sense. */
  public RefusedException(Reason reason, String message, Duration retryAfter) {
    super(message, null, false, false); // thousands per second, if need be
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  /** The reason. */
  public Reason reason() {
    return reason;
  }

  /** When to try again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
