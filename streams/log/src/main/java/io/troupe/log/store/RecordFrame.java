package io.troupe.log.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The header of a record in a segment, little-endian: magic, length of the content, index, epoch,
 * durable index, type, checksum (CRC-32C of the header and the content).
 *
 * @param length of the content in bytes
 * @param index of the record
 * @param epoch of the coordinator that appended it
 * @param durableIndex all records below it were durable before this one was written. So damage of a
 *     durable record is told apart from a write that a crash interrupted
 * @param type of the content
 * @param checksum as stored
 */
record RecordFrame(int length, long index, long epoch, long durableIndex, int type, int checksum) {
  static final int BYTES = 40;
  static final int MAGIC = 0x43455254; // "TREC"

  private static final int CHECKSUM_AT = 36;

  /** A record with its header, ready to be written. */
  static ByteBuffer encode(LogEntry entry, long durableIndex) {
    byte[] payload = entry.payload();
    ByteBuffer out = ByteBuffer.allocate(BYTES + payload.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC).putInt(payload.length).putLong(entry.index()).putLong(entry.epoch());
    out.putLong(durableIndex).putInt(entry.type()).putInt(0).put(payload);
    out.putInt(CHECKSUM_AT, checksum(out));
    return out.flip();
  }

  /** The checksum in an encoded record. */
  static int checksumOf(ByteBuffer encoded) {
    return encoded.getInt(CHECKSUM_AT);
  }

  /** Reads a header; the length is not checked. */
  static RecordFrame parse(ByteBuffer header) {
    return new RecordFrame(
        header.getInt(4),
        header.getLong(8),
        header.getLong(16),
        header.getLong(24),
        header.getInt(32),
        header.getInt(CHECKSUM_AT));
  }

  /** Checksum of a whole record, which begins at position 0 of the buffer. */
  static int checksum(ByteBuffer whole) {
    CRC32C crc = new CRC32C();
    int end = BYTES + whole.getInt(4);
    crc.update(whole.duplicate().position(0).limit(CHECKSUM_AT));
    crc.update(whole.duplicate().clear().position(BYTES).limit(end));
    return (int) crc.getValue();
  }
}
