package io.troupe.log.store;

/**
 * A record of the log as bytes.
 *
 * @param index position in the log, from 0
 * @param epoch of the coordinator that appended it
 * @param type of the content, from 0 to 32767
 * @param payload the content; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
public record LogEntry(long index, long epoch, int type, byte[] payload) {

  /** Checks the ranges. */
  public LogEntry {
    if (index < 0 || epoch < 0 || type < 0 || type > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "log entry must have index and epoch >= 0 and a type from 0 to 32767, got %d, %d and %d"
              .formatted(index, epoch, type));
    }
  }
}
