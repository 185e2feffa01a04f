package io.troupe.log.store;

import java.io.IOException;

/** A file of the log contains bytes that the log did not write there. */
public final class LogDamagedException extends IOException {
  private static final long serialVersionUID = 1;

  LogDamagedException(String file, long offset, String expected, String got) {
    super(
        "%s at offset %d must contain %s, got %s; copy the log from another coordinator node or a backup"
            .formatted(file, offset, expected, got));
  }
}
