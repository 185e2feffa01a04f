package io.troupe.log.store;

import io.troupe.log.disk.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The first bytes of a segment, little-endian: magic, format version, length of the run id, run id,
 * first index, previous epoch, previous checksum, generation, checksum.
 *
 * @param runId of the run
 * @param firstIndex index of its first record
 * @param previousEpoch epoch of the record before; 0 if there is none
 * @param previousChecksum of the record before, which the last record of the segment before must
 *     have
 * @param generation grows when the log is started again at another index: segments of older
 *     generations are obsolete
 */
record SegmentHeader(
    String runId, long firstIndex, long previousEpoch, int previousChecksum, int generation) {
  static final int BYTES = 112;
  static final int MAX_ID_BYTES = 64;

  private static final long MAGIC = 0x31474f4c4f525454L; // "TTROLOG1"
  private static final int VERSION = 1;
  private static final int CHECKSUM_AT = BYTES - Integer.BYTES;

  ByteBuffer encode() {
    byte[] id = runId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(id.length).put(id).position(16 + MAX_ID_BYTES);
    out.putLong(firstIndex).putLong(previousEpoch).putInt(previousChecksum).putInt(generation);
    out.putInt(CHECKSUM_AT, checksum(out));
    return out.clear();
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().position(0).limit(CHECKSUM_AT));
    return (int) crc.getValue();
  }

  /** Reads and checks the header of a file. */
  static SegmentHeader read(String name, LogFile file) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int length = file.read(0, in);
    in.clear();
    if (length < BYTES || in.getInt(CHECKSUM_AT) != checksum(in) || in.getLong() != MAGIC) {
      throw new LogDamagedException(name, 0, "the header of a log segment", "other bytes");
    }
    int version = in.getInt();
    int idLength = in.getInt();
    if (version != VERSION || idLength < 1 || idLength > MAX_ID_BYTES) {
      throw new IOException(
          "%s must have log format version %d, got %d; use the Troupe version that wrote it"
              .formatted(name, VERSION, version));
    }
    byte[] id = new byte[idLength];
    in.get(id).position(16 + MAX_ID_BYTES);
    return new SegmentHeader(
        new String(id, StandardCharsets.UTF_8),
        in.getLong(),
        in.getLong(),
        in.getInt(),
        in.getInt());
  }
}
