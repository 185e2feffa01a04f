package io.troupe.log.replication;

import io.troupe.log.record.LogRecord;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.PendingSync;
import io.troupe.log.store.SegmentedLog;
import java.io.IOException;
import java.util.List;

/** The log on the disk of this node, with the index up to which its records are committed. */
final class LocalLog {
  /** Limit of the records in a message. */
  static final long MAX_MESSAGE_BYTES = 1 << 20;

  private final SegmentedLog log;
  private final ReplicationPort port;
  private long commitIndex;
  private boolean syncing;

  LocalLog(SegmentedLog log, ReplicationPort port) {
    this.log = log;
    this.port = port;
  }

  SegmentedLog store() {
    return log;
  }

  long firstIndex() {
    return log.firstIndex();
  }

  long nextIndex() {
    return log.nextIndex();
  }

  long epochBefore(long index) {
    return log.epochOf(index - 1);
  }

  long commitIndex() {
    return commitIndex;
  }

  void commit(long index) {
    if (index > commitIndex) {
      commitIndex = index;
      port.onCommitted(index);
    }
  }

  List<LogEntry> readCommitted(long from, long maxBytes) throws IOException {
    if (from >= commitIndex) {
      return List.of();
    }
    List<LogEntry> entries = log.read(from, maxBytes);
    return entries.subList(0, (int) Math.min(entries.size(), commitIndex - from));
  }

  List<LogEntry> readForMessage(long from) throws IOException {
    return log.read(from, MAX_MESSAGE_BYTES);
  }

  long append(long epoch, LogRecord record) throws IOException {
    return log.append(epoch, RecordCodec.type(record), RecordCodec.encode(record));
  }

  void purgeBelow(long index) throws IOException {
    log.purgeBelow(Math.min(index, commitIndex));
  }

  /** Whether this log is equal to another one up to an index. */
  boolean agreesBefore(long index, long previousEpoch) {
    return index <= log.nextIndex()
        && (index < log.firstIndex() || epochBefore(index) == previousEpoch);
  }

  /**
   * The end of the log, or the beginning of the epoch in which the record before lies.
   *
   * @param lowest index up to which the logs are known to be equal, at least {@link #firstIndex}
   */
  long retryFrom(long from, long lowest) {
    if (from > log.nextIndex()) {
      return log.nextIndex();
    }
    long index = Math.max(from - 1, lowest);
    while (index > lowest && epochBefore(index) == epochBefore(from)) {
      index--;
    }
    return index;
  }

  /** Adds records that are missing; a tail that differs from them is cut. */
  void copy(List<LogEntry> entries) throws IOException {
    for (LogEntry entry : entries) {
      long index = entry.index();
      if (index < log.firstIndex()) {
        continue; // committed and purged
      }
      if (index < log.nextIndex() && log.epochOf(index) != entry.epoch()) {
        cut(index);
      }
      if (index == log.nextIndex()) {
        log.append(entry.epoch(), entry.type(), entry.payload());
      }
    }
  }

  private void cut(long index) throws IOException {
    if (index < commitIndex) {
      throw new IllegalStateException(
          "committed record %d must not change, got another one".formatted(index));
    }
    log.truncateFrom(index);
  }

  /** Continues at the first record that another node has kept, unless this log reaches it. */
  void startAt(long index, long previousEpoch) throws IOException {
    boolean reaches = index <= log.firstIndex() || agreesBefore(index, previousEpoch);
    if (!reaches && index > commitIndex) {
      if (index <= log.nextIndex()) {
        log.truncateFrom(index - 1); // the record before differs
      }
      log.startAt(index, previousEpoch);
      commit(index); // only committed records are purged
    }
  }

  /**
   * Makes the records so far durable, unless a sync is running: then the next one does.
   *
   * @param done receives each sync that has run
   */
  void sync(SyncListener done) {
    if (!syncing && log.durableIndex() < log.nextIndex()) {
      syncing = true;
      PendingSync sync = log.beginSync();
      port.sync(
          sync,
          () -> {
            syncing = false;
            done.onSync(sync);
          });
    }
  }

  /** Receives a sync that has run. */
  interface SyncListener {
    /** Completes the sync. */
    void onSync(PendingSync sync);
  }
}
