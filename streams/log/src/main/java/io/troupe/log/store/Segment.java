package io.troupe.log.store;

import io.troupe.log.disk.Disk;
import io.troupe.log.disk.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** One file of the log: a header and consecutive records, whose offsets and epochs it keeps. */
final class Segment implements AutoCloseable {
  static final String SUFFIX = ".log";
  static final String TEMPORARY = ".tmp";
  private static final int SEARCH_BYTES = 1 << 20;

  private final String name;
  private final LogFile file;
  private final SegmentHeader header;
  private final int maxRecordBytes;
  private long[] offsets = new long[16];
  private long[] epochs = new long[16];
  private int count;
  private long size = SegmentHeader.BYTES;
  private int lastChecksum;

  private Segment(String name, LogFile file, SegmentHeader header, int maxRecordBytes) {
    this.name = name;
    this.file = file;
    this.header = header;
    this.maxRecordBytes = maxRecordBytes;
    this.lastChecksum = header.previousChecksum();
  }

  static String fileName(long firstIndex) {
    return "%020d%s".formatted(firstIndex, SUFFIX);
  }

  /** Creates a segment, durably: after a crash it exists with its whole header or not at all. */
  static Segment create(Disk disk, SegmentHeader header, int maxRecordBytes) throws IOException {
    String name = fileName(header.firstIndex());
    writeHeader(disk, name + TEMPORARY, header);
    disk.rename(name + TEMPORARY, name);
    disk.force();
    return new Segment(name, disk.open(name), header, maxRecordBytes);
  }

  private static void writeHeader(Disk disk, String name, SegmentHeader header) throws IOException {
    try (LogFile file = disk.create(name)) {
      file.append(header.encode());
      file.force();
    } catch (IOException e) { // such as a full disk: the next attempt creates the file again
      disk.delete(name);
      throw e;
    }
  }

  /** Opens a segment, without reading its records. */
  static Segment open(Disk disk, String name, int maxRecordBytes) throws IOException {
    LogFile file = disk.open(name);
    try {
      SegmentHeader header = SegmentHeader.read(name, file);
      if (!name.equals(fileName(header.firstIndex()))) {
        throw new LogDamagedException(
            name, 0, "the index in its name", Long.toString(header.firstIndex()));
      }
      return new Segment(name, file, header, maxRecordBytes);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Reads the records after those that are known, up to the end or the first damaged one. */
  void scan() throws IOException {
    long end = file.size();
    while (size < end) {
      ByteBuffer whole = readWhole(size, end);
      if (whole == null) {
        return;
      }
      RecordFrame frame = RecordFrame.parse(whole);
      if (frame.index() != nextIndex() || frame.epoch() < lastEpoch()) {
        return;
      }
      add(frame.epoch(), whole.limit(), frame.checksum());
    }
  }

  /** A whole record with a valid checksum; null if there is none. */
  private ByteBuffer readWhole(long at, long end) throws IOException {
    ByteBuffer header = readAt(at, RecordFrame.BYTES);
    if (header.limit() < RecordFrame.BYTES || header.getInt(0) != RecordFrame.MAGIC) {
      return null;
    }
    int length = header.getInt(4);
    if (length < 0 || length > Math.min(maxRecordBytes, end - at - RecordFrame.BYTES)) {
      return null;
    }
    ByteBuffer whole = readAt(at, RecordFrame.BYTES + length);
    boolean valid =
        whole.limit() == RecordFrame.BYTES + length
            && RecordFrame.checksumOf(whole) == RecordFrame.checksum(whole);
    return valid ? whole : null;
  }

  private ByteBuffer readAt(long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    file.read(at, bytes);
    return bytes.flip();
  }

  private void add(long epoch, int bytes, int checksum) {
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
      epochs = Arrays.copyOf(epochs, 2 * count);
    }
    offsets[count] = size;
    epochs[count++] = epoch;
    size += bytes;
    lastChecksum = checksum;
  }

  /** Whether the file has bytes after its last whole record. */
  boolean hasMore() throws IOException {
    return file.size() > size;
  }

  /**
   * Fails unless the bytes after the last whole record are a write that a crash interrupted: no
   * later record says that the record at this place was durable.
   */
  void requireTorn() throws IOException {
    long end = file.size();
    for (long at = size + 1; at < end; at += SEARCH_BYTES) {
      ByteBuffer block = readAt(at, (int) Math.min(SEARCH_BYTES + 3L, end - at));
      for (int i = 0; i + 4 <= block.limit(); i++) {
        if (block.getInt(i) == RecordFrame.MAGIC && showsDurable(at + i, end)) {
          throw damaged();
        }
      }
    }
  }

  private boolean showsDurable(long at, long end) throws IOException {
    ByteBuffer whole = readWhole(at, end);
    return whole != null && RecordFrame.parse(whole).durableIndex() > nextIndex();
  }

  LogDamagedException damaged() {
    return new LogDamagedException(
        name, size, "record " + nextIndex() + " with its checksum", "damaged bytes");
  }

  /** Appends a record; if that fails, the file is as before. */
  void append(LogEntry entry, long durableIndex) throws IOException {
    ByteBuffer bytes = RecordFrame.encode(entry, durableIndex);
    int length = bytes.remaining();
    int checksum = RecordFrame.checksumOf(bytes);
    try {
      file.append(bytes);
    } catch (IOException e) {
      file.truncate(size);
      throw e;
    }
    add(entry.epoch(), length, checksum);
  }

  /** Reads a record and checks it again. */
  LogEntry read(long index) throws IOException {
    int i = (int) (index - header.firstIndex());
    long end = i + 1 < count ? offsets[i + 1] : size;
    ByteBuffer whole = readWhole(offsets[i], end);
    if (whole == null || whole.limit() != end - offsets[i]) {
      throw new LogDamagedException(
          name, offsets[i], "record " + index + " with its checksum", "damaged bytes");
    }
    RecordFrame frame = RecordFrame.parse(whole);
    byte[] payload = new byte[frame.length()];
    whole.get(RecordFrame.BYTES, payload);
    return new LogEntry(frame.index(), frame.epoch(), frame.type(), payload);
  }

  /** Size of a record in bytes. */
  long recordBytes(long index) {
    int i = (int) (index - header.firstIndex());
    return (i + 1 < count ? offsets[i + 1] : size) - offsets[i];
  }

  /** Cuts the records from an index on, and everything after the last record, durably. */
  void truncateFrom(long index) throws IOException {
    int keep = (int) (index - header.firstIndex());
    if (keep < count) {
      size = offsets[keep];
      count = keep;
      lastChecksum = checksumOfLast();
    }
    file.truncate(size);
    file.force();
  }

  private int checksumOfLast() throws IOException {
    return count == 0
        ? header.previousChecksum()
        : RecordFrame.checksumOf(readAt(offsets[count - 1], RecordFrame.BYTES));
  }

  void force() throws IOException {
    file.force();
  }

  String name() {
    return name;
  }

  SegmentHeader header() {
    return header;
  }

  long firstIndex() {
    return header.firstIndex();
  }

  long nextIndex() {
    return header.firstIndex() + count;
  }

  long epochOf(long index) {
    return index < header.firstIndex()
        ? header.previousEpoch()
        : epochs[(int) (index - header.firstIndex())];
  }

  long lastEpoch() {
    return epochOf(nextIndex() - 1);
  }

  int lastChecksum() {
    return lastChecksum;
  }

  long size() {
    return size;
  }

  long fileBytes() throws IOException {
    return file.size();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
