package io.troupe.log.store;

import java.nio.charset.StandardCharsets;

/**
 * Settings of a log.
 *
 * @param runId identifies the run; a log of another run is not opened. At most 64 bytes in UTF-8
 * @param segmentBytes size in bytes from which a new segment begins
 * @param maxRecordBytes maximum size in bytes of the content of a record
 */
public record LogSettings(String runId, long segmentBytes, int maxRecordBytes) {
  /** Default of {@code segmentBytes}. */
  public static final long SEGMENT_BYTES = 64L << 20;

  /** Default and maximum of {@code maxRecordBytes}. */
  public static final int MAX_RECORD_BYTES = 512 << 20;

  /** Checks the ranges. */
  public LogSettings {
    int idBytes = runId.getBytes(StandardCharsets.UTF_8).length;
    if (idBytes == 0 || idBytes > SegmentHeader.MAX_ID_BYTES) {
      throw new IllegalArgumentException(
          "run id must have 1 to " + SegmentHeader.MAX_ID_BYTES + " bytes, got " + idBytes);
    }
    if (segmentBytes < 1 || maxRecordBytes < 1 || maxRecordBytes > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "segment size must be > 0 and record size from 1 to %d bytes, got %d and %d"
              .formatted(MAX_RECORD_BYTES, segmentBytes, maxRecordBytes));
    }
  }

  /** The default sizes. */
  public static LogSettings of(String runId) {
    return new LogSettings(runId, SEGMENT_BYTES, MAX_RECORD_BYTES);
  }
}
