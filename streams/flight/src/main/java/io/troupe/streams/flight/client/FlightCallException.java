package io.troupe.streams.flight.client;

import java.io.IOException;

/** A call to a Flight endpoint failed. */
public final class FlightCallException extends IOException {
  private static final long serialVersionUID = 1;

  FlightCallException(String message, Throwable cause) {
    super(message, cause);
  }
}
