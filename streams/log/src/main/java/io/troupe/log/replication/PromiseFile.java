package io.troupe.log.replication;

import io.troupe.log.codec.ByteReader;
import io.troupe.log.codec.ByteWriter;
import io.troupe.log.codec.CodecException;
import io.troupe.log.disk.Disk;
import io.troupe.log.disk.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The promise of a node, on disk. */
final class PromiseFile {
  private static final String NAME = "promise";
  private static final String TEMPORARY = "promise.tmp"; // a log that is opened deletes it
  private static final int MAX_BYTES = 1024;

  private final Disk disk;
  private Content content;

  /**
   * A promise to reject all older epochs, and all other leaders of this one.
   *
   * @param leader empty if there has been no promise
   */
  private record Content(long epoch, String leader) {}

  private PromiseFile(Disk disk, Content content) {
    this.disk = disk;
    this.content = content;
  }

  /** Reads the promise. The log on the same disk must have been opened before. */
  static PromiseFile open(Disk disk) throws IOException {
    if (!disk.list().contains(NAME)) {
      return new PromiseFile(disk, new Content(0, ""));
    }
    ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
    try (LogFile file = disk.open(NAME)) {
      file.read(0, bytes);
    }
    byte[] all = new byte[bytes.flip().remaining()];
    bytes.get(all);
    try {
      return new PromiseFile(disk, ByteReader.decode(NAME, all, PromiseFile::read));
    } catch (CodecException e) {
      throw new IOException(
          "%s on %s must be readable; copy the log from another coordinator node: %s"
              .formatted(NAME, disk.name(), e.getMessage()),
          e);
    }
  }

  private static Content read(ByteReader in) {
    Content content = new Content(in.readLong(), in.readText());
    if (in.readInt() != checksum(content)) {
      throw new CodecException("the checksum is wrong");
    }
    return content;
  }

  private static int checksum(Content content) {
    CRC32C crc = new CRC32C();
    crc.update(encode(content).toBytes());
    return (int) crc.getValue();
  }

  private static ByteWriter encode(Content content) {
    ByteWriter out = new ByteWriter();
    out.writeLong(content.epoch());
    out.writeText(content.leader());
    return out;
  }

  /** Replaces the promise, durably. */
  void write(long epoch, String leader) throws IOException {
    Content next = new Content(epoch, leader);
    ByteWriter out = encode(next);
    out.writeInt(checksum(next));
    if (disk.list().contains(TEMPORARY)) { // an earlier attempt failed
      disk.delete(TEMPORARY);
    }
    try (LogFile file = disk.create(TEMPORARY)) {
      file.append(ByteBuffer.wrap(out.toBytes()));
      file.force();
    }
    disk.rename(TEMPORARY, NAME);
    disk.force();
    content = next;
  }

  long epoch() {
    return content.epoch();
  }

  String leader() {
    return content.leader();
  }
}
