package io.troupe.streams.http.error;

import java.io.Serial;

/** A request cannot be answered; the client gets the error. */
public final class ApiException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient ApiError error;

  /** An exception for an error. */
  public ApiException(ApiError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  /** The error. */
  public ApiError error() {
    return error;
  }
}
