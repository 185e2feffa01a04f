package io.troupe.log.store;

import io.troupe.log.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An append-only log on a disk, in segments.
 *
 * <p>{@link #append} returns the index of a record. The record is durable when {@link
 * #durableIndex} is above it, which a sync achieves: {@link #beginSync}, {@link PendingSync#run} on
 * any thread, {@link #complete}; or {@link #force} for all three. Many records share one sync.
 * Epochs of records never decrease.
 *
 * <p>After a failed sync the state of the disk is unknown, so the log refuses everything and must
 * be opened again. A failed append, as on a full disk, changes nothing.
 *
 * <p>For one thread, which is not blocked by more than one write, except when a segment is full,
 * {@link #truncateFrom} and {@link #startAt}. An exclusive lock protects the directory.
 */
public final class SegmentedLog implements AutoCloseable {
  private static final String LOCK = "lock";

  private final Disk disk;
  private final LogSettings settings;
  private final Closeable lock;
  private final List<Segment> segments;
  private final Recovery recovery;
  private final List<PendingSync> pending = new ArrayList<>();
  private long durableIndex;
  private IOException failure;

  private SegmentedLog(
      Disk disk, LogSettings settings, Closeable lock, List<Segment> segments, Recovery recovery) {
    this.disk = disk;
    this.settings = settings;
    this.lock = lock;
    this.segments = segments;
    this.recovery = recovery;
    this.durableIndex = nextIndex();
  }

  /**
   * Opens a log or creates an empty one. The rest of a record that a crash left half written at the
   * end of the newest segment is cut. All records that are left are durable.
   *
   * @throws LogDamagedException if records are damaged elsewhere; the message has file and offset
   * @throws IOException also if another process uses the directory, or it has another run's log
   */
  public static SegmentedLog open(Disk disk, LogSettings settings) throws IOException {
    Closeable lock = disk.lock(LOCK);
    List<Segment> segments = new ArrayList<>();
    try {
      SegmentFiles.clean(disk, settings);
      segments.addAll(SegmentFiles.open(disk, settings));
      if (segments.isEmpty()) {
        segments.add(create(disk, settings, 0, 0, 0, 0));
      }
      return new SegmentedLog(disk, settings, lock, segments, cutTail(segments));
    } catch (IOException | RuntimeException e) {
      SegmentFiles.close(segments);
      lock.close();
      throw e;
    }
  }

  private static Segment create(
      Disk disk, LogSettings settings, long index, long epoch, int checksum, int generation)
      throws IOException {
    SegmentHeader header = new SegmentHeader(settings.runId(), index, epoch, checksum, generation);
    return Segment.create(disk, header, settings.maxRecordBytes());
  }

  private static Recovery cutTail(List<Segment> segments) throws IOException {
    Segment newest = segments.getLast();
    long records = newest.nextIndex() - segments.getFirst().firstIndex();
    long cut = newest.fileBytes() - newest.size();
    if (cut > 0) {
      newest.requireTorn();
      newest.truncateFrom(newest.nextIndex());
      return new Recovery(records, cut, newest.name());
    }
    newest.force(); // a crash of the process alone leaves records that no sync has written
    return new Recovery(records, 0, "");
  }

  /** What opening the log found. */
  public Recovery recovery() {
    return recovery;
  }

  /** Index of the first record that is kept. */
  public long firstIndex() {
    return segments.getFirst().firstIndex();
  }

  /** Index of the next record; one more than that of the last one. */
  public long nextIndex() {
    return segments.getLast().nextIndex();
  }

  /** All records below this index are durable. */
  public long durableIndex() {
    return durableIndex;
  }

  /** Epoch of the last record; 0 if there has never been one. */
  public long lastEpoch() {
    return segments.getLast().lastEpoch();
  }

  /**
   * Epoch of a record.
   *
   * @param index at least {@code firstIndex() - 1}, whose epoch is kept when it is purged; 0 for
   *     index -1
   */
  public long epochOf(long index) {
    if (index < firstIndex() - 1 || index >= nextIndex()) {
      throw noRecord(index);
    }
    return segmentOf(Math.max(index, firstIndex())).epochOf(index);
  }

  private IllegalArgumentException noRecord(long index) {
    return new IllegalArgumentException(
        "index must be from %d to %d, got %d".formatted(firstIndex(), nextIndex(), index));
  }

  private Segment segmentOf(long index) {
    int i = segments.size() - 1;
    while (i > 0 && segments.get(i).firstIndex() > index) {
      i--;
    }
    return segments.get(i);
  }

  /**
   * Appends a record, which is not durable yet.
   *
   * @param epoch of the coordinator
   * @param type of the content
   * @param payload content; not changed afterwards
   * @return index of the record
   * @throws StaleEpochException if the log has a record of a newer epoch
   * @throws IOException if the disk is full or fails; the log is as before
   */
  public long append(long epoch, int type, byte[] payload) throws IOException {
    requireUsable();
    if (epoch < lastEpoch()) {
      throw new StaleEpochException(epoch, lastEpoch());
    }
    if (payload.length > settings.maxRecordBytes()) {
      throw new IllegalArgumentException(
          "log record must have at most %d bytes, got %d"
              .formatted(settings.maxRecordBytes(), payload.length));
    }
    Segment newest = segments.getLast();
    if (newest.size() >= settings.segmentBytes()) {
      newest = roll(newest);
    }
    long index = newest.nextIndex();
    newest.append(new LogEntry(index, epoch, type, payload), durableIndex);
    return index;
  }

  /** A segment is durable before the next one exists, so that only the newest can be torn. */
  private Segment roll(Segment full) throws IOException {
    forceOrFail(full);
    durableIndex = full.nextIndex();
    Segment next =
        create(
            disk,
            settings,
            full.nextIndex(),
            full.lastEpoch(),
            full.lastChecksum(),
            full.header().generation());
    segments.add(next);
    return next;
  }

  private void forceOrFail(Segment segment) throws IOException {
    try {
      segment.force();
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /** Begins a sync of all records so far. */
  public PendingSync beginSync() {
    PendingSync sync = new PendingSync(segments.getLast(), nextIndex());
    pending.add(sync);
    return sync;
  }

  /**
   * Completes a sync that has run: {@link #durableIndex} advances.
   *
   * @throws IOException if it failed, unless its records have been removed meanwhile
   */
  public void complete(PendingSync sync) throws IOException {
    pending.remove(sync);
    requireUsable(); // after a failed sync, a later one may succeed without the lost bytes
    if (sync.isDiscarded()) {
      return;
    }
    if (sync.failure() != null) {
      failure = sync.failure();
      throw failure;
    }
    durableIndex = Math.max(durableIndex, sync.endIndex());
  }

  /** Makes all records durable, on this thread. */
  public void force() throws IOException {
    requireUsable();
    PendingSync sync = beginSync();
    sync.run();
    complete(sync);
  }

  /**
   * Reads consecutive records, durable or not.
   *
   * @param from index of the first one
   * @param maxBytes limit of their sizes; one record is returned even if it is larger
   * @return empty at the end of the log
   * @throws IllegalArgumentException if the index is purged or beyond the end
   * @throws LogDamagedException if a record is damaged
   */
  public List<LogEntry> read(long from, long maxBytes) throws IOException {
    if (from < firstIndex() || from > nextIndex()) {
      throw noRecord(from);
    }
    List<LogEntry> entries = new ArrayList<>();
    long bytes = 0;
    for (long index = from; index < nextIndex(); index++) {
      Segment segment = segmentOf(index);
      bytes += segment.recordBytes(index);
      if (bytes > maxBytes && !entries.isEmpty()) {
        break;
      }
      entries.add(segment.read(index));
    }
    return entries;
  }

  /**
   * Deletes whole segments whose records are all below an index; the newest segment stays.
   *
   * @return the first index that is kept
   */
  public long purgeBelow(long index) throws IOException {
    requireUsable();
    while (segments.size() > 1 && segments.getFirst().nextIndex() <= index) {
      remove(segments.removeFirst()); // oldest first, so that a crash leaves no gap
    }
    return firstIndex();
  }

  private void remove(Segment segment) throws IOException {
    disk.delete(segment.name());
    disk.force();
    pending.stream().filter(sync -> sync.segment() == segment).forEach(PendingSync::discard);
    segment.close();
  }

  /** Removes all records from an index on, durably. */
  public void truncateFrom(long index) throws IOException {
    requireUsable();
    if (index < firstIndex() || index > nextIndex()) {
      throw noRecord(index);
    }
    pending.forEach(sync -> sync.cutFrom(index));
    durableIndex = Math.min(durableIndex, index);
    try {
      while (segments.size() > 1 && segments.getLast().firstIndex() >= index) {
        remove(segments.removeLast()); // newest first, so that a crash leaves no gap
      }
      segments.getLast().truncateFrom(index);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
    durableIndex = index;
  }

  /**
   * Discards all records and continues at an index, such as on a node whose next records the others
   * have purged. A crash leaves the old log or the new one.
   *
   * @param index of the next record
   * @param previousEpoch epoch of the record before
   */
  public void startAt(long index, long previousEpoch) throws IOException {
    requireUsable();
    int generation = segments.getLast().header().generation() + 1;
    Segment start = create(disk, settings, index, previousEpoch, 0, generation);
    try {
      while (!segments.isEmpty()) {
        discard(segments.removeFirst(), start.name());
      }
    } catch (IOException e) {
      failure = e;
      throw e;
    } finally {
      segments.clear();
      segments.add(start);
    }
    durableIndex = index;
  }

  private void discard(Segment old, String replacement) throws IOException {
    if (old.name().equals(replacement)) { // the new segment has taken its place
      pending.stream().filter(sync -> sync.segment() == old).forEach(PendingSync::discard);
      old.close();
    } else {
      remove(old);
    }
  }

  private void requireUsable() throws IOException {
    if (failure != null) {
      throw new IOException(
          "%s must be opened again after a failed write: %s"
              .formatted(disk.name(), failure.getMessage()),
          failure);
    }
  }

  /** Closes the files without a sync and releases the lock. */
  @Override
  public void close() throws IOException {
    try (lock) {
      SegmentFiles.close(segments);
    }
  }
}
