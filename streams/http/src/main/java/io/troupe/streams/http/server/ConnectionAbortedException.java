package io.troupe.streams.http.server;

import java.io.Serial;

/** A connection was reset by the server. */
final class ConnectionAbortedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  ConnectionAbortedException(String reason) {
    super("the connection was reset: " + reason, null, false, false);
  }
}
