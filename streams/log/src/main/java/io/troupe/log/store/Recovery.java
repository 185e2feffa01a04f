package io.troupe.log.store;

/**
 * What opening a log found.
 *
 * @param records number of records
 * @param cutBytes bytes after the last whole record, which a crash had left half written and which
 *     were removed; 0 if none
 * @param cutFile file that was cut; empty if none
 */
public record Recovery(long records, long cutBytes, String cutFile) {

  /** One line for the log file of the process. */
  public String describe() {
    return cutBytes == 0
        ? records + " records"
        : "%d records; %d bytes of a half-written record were cut from %s"
            .formatted(records, cutBytes, cutFile);
  }
}
