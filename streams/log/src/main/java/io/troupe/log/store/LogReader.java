package io.troupe.log.store;

import io.troupe.log.disk.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a log from its first record on, also while another process appends to it; takes no lock and
 * changes nothing. Records are returned as soon as they are written, before they are durable.
 */
public final class LogReader implements AutoCloseable {
  private final Disk disk;
  private final int maxRecordBytes;
  private Segment current;
  private long nextIndex = -1;

  private LogReader(Disk disk, int maxRecordBytes) {
    this.disk = disk;
    this.maxRecordBytes = maxRecordBytes;
  }

  /** A reader of the log on a disk; a disk without a log has no records. */
  public static LogReader open(Disk disk) {
    return new LogReader(disk, LogSettings.MAX_RECORD_BYTES);
  }

  /**
   * The run whose log this is; empty if there is none.
   *
   * @throws IOException if the log cannot be read
   */
  public Optional<String> runId() throws IOException {
    if (current == null) {
      openNext();
    }
    return Optional.ofNullable(current).map(segment -> segment.header().runId());
  }

  /**
   * The next records.
   *
   * @param maxBytes limit of their sizes; one record is returned even if it is larger
   * @return empty if there are none yet
   * @throws LogDamagedException if a record is damaged; in the newest segment such a record counts
   *     as one that is being written
   */
  public List<LogEntry> read(long maxBytes) throws IOException {
    List<LogEntry> entries = new ArrayList<>();
    long bytes = 0;
    while (hasNext()) {
      bytes += current.recordBytes(nextIndex);
      if (bytes > maxBytes && !entries.isEmpty()) {
        break;
      }
      entries.add(current.read(nextIndex++));
    }
    return entries;
  }

  private boolean hasNext() throws IOException {
    if (current == null && !openNext()) {
      return false;
    }
    if (nextIndex < current.nextIndex()) {
      return true;
    }
    current.scan();
    return nextIndex < current.nextIndex() || (openNext() && hasNext());
  }

  /** Opens the segment after the current one, if there is one. */
  private boolean openNext() throws IOException {
    for (String name : SegmentFiles.names(disk)) {
      if (current == null || name.compareTo(current.name()) > 0) {
        return open(name);
      }
    }
    return false;
  }

  private boolean open(String name) throws IOException {
    Segment next;
    try {
      next = Segment.open(disk, name, maxRecordBytes);
    } catch (NoSuchFileException e) {
      return false; // purged meanwhile
    }
    if (current != null) {
      current.scan(); // what was appended before the next segment was created
      if (nextIndex < current.nextIndex()) {
        next.close();
        return true;
      }
      if (next.header().generation() == current.header().generation()) {
        SegmentFiles.requireContinues(current, next);
      }
      current.close();
    }
    current = next;
    nextIndex = next.firstIndex();
    next.scan();
    return true;
  }

  @Override
  public void close() throws IOException {
    if (current != null) {
      current.close();
    }
  }
}
