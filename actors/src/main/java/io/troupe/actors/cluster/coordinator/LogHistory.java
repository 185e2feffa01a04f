package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.ledger.GroupDigest;
import io.troupe.log.record.LedgerCounts;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LogRecord.Checkpointed;
import io.troupe.log.record.LogRecord.Committed;
import io.troupe.log.record.LogRecord.Dropped;
import io.troupe.log.record.LogRecord.Epoch;
import io.troupe.log.record.LogRecord.RunStarted;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The state of a run's groups according to the log. It is computed from the records only, so all
 * coordinators that read them have the same.
 */
final class LogHistory {
  private static final int MAX_CHECKSUMS = 1024;
  private static final int MAX_POSITIONS = 16;
  private static final long READ_BYTES = 8L << 20;

  /** The ledger after a committed step. */
  record Snapshot(long position, LedgerCounts counts) {}

  /** A batch that is not committed. */
  record PendingBatch(List<GroupDigest> groups) {
    List<Long> groupIds() {
      return groups.stream().map(GroupDigest::groupId).toList();
    }

    int samplesScored() {
      return groups.stream().mapToInt(GroupDigest::numScored).sum();
    }
  }

  private final TreeMap<Long, PendingBatch> batches = new TreeMap<>();
  private final TreeMap<Long, Long> checksums = new TreeMap<>();
  private final TreeMap<Long, Snapshot> snapshots = new TreeMap<>();
  private final TreeSet<Long> open = new TreeSet<>();
  private final Map<String, Long> dropped = new TreeMap<>();
  private final Map<String, Long> unscorable = new TreeMap<>();
  private boolean hasRun;
  private long step;
  private long nextGroupId;
  private long groupsTrained;
  private long samplesTrained;
  private long tokensGenerated;
  private long checkpointStep = -1;

  /**
   * Reads all committed records, from the newest checkpoint on.
   *
   * @throws IOException if they cannot be read
   * @throws IllegalStateException if records are missing
   */
  static LogHistory read(ExperienceLog log) throws IOException {
    Optional<Checkpointed> checkpoint = newestCheckpoint(log);
    LogHistory history = new LogHistory();
    if (checkpoint.isPresent()) {
      history.begin(checkpoint.get());
    } else if (log.firstIndex() > 0) {
      throw new IllegalStateException(
          "the log must begin with record 0 or contain a checkpoint, got records from %d on; copy the log from another coordinator node"
              .formatted(log.firstIndex()));
    }
    long position = checkpoint.map(Checkpointed::position).orElse(0L);
    long from = checkpoint.map(Checkpointed::purgeBelow).orElse(0L);
    for (LogEntry entry : entries(log, Math.max(from, log.firstIndex()))) {
      LogRecord record = RecordCodec.decode(entry);
      if (entry.index() >= position || record instanceof Batch) {
        history.apply(entry.index(), record);
      } else if (record instanceof Committed(long step, long checksum, int _)) {
        history.checksums.put(step, checksum); // counted in the checkpoint already
      }
    }
    return history;
  }

  private static Optional<Checkpointed> newestCheckpoint(ExperienceLog log) throws IOException {
    Checkpointed newest = null;
    for (LogEntry entry : entries(log, log.firstIndex())) {
      if (!RecordCodec.isBatch(entry) && RecordCodec.decode(entry) instanceof Checkpointed found) {
        newest = found;
      }
    }
    return Optional.ofNullable(newest);
  }

  /** All committed entries, read piece by piece. */
  private static Iterable<LogEntry> entries(ExperienceLog log, long from) {
    return () -> new CommittedEntries(log, from, READ_BYTES);
  }

  private void begin(Checkpointed checkpoint) {
    LedgerCounts counts = checkpoint.counts();
    step = checkpoint.step();
    checkpointStep = checkpoint.step();
    nextGroupId = counts.nextGroupId();
    groupsTrained = counts.groupsTrained();
    samplesTrained = counts.samplesTrained();
    tokensGenerated = counts.tokensGenerated();
    dropped.putAll(counts.groupsDropped());
    unscorable.putAll(counts.samplesUnscorable());
    open.addAll(counts.open());
  }

  /** Adds a record, in the order of the log. */
  void apply(long index, LogRecord record) {
    switch (record) {
      case RunStarted _ -> hasRun = true;
      case Epoch _ -> {}
      case Batch(long batchStep, List<LoggedGroup> groups) -> apply(batchStep, groups);
      case Dropped group -> apply(group);
      case Committed committed -> apply(index, committed);
      case Checkpointed checkpoint -> checkpointStep = Math.max(checkpointStep, checkpoint.step());
    }
  }

  private void apply(long batchStep, List<LoggedGroup> groups) {
    if (batchStep > step) {
      List<GroupDigest> digests =
          groups.stream().map(group -> GroupDigest.of(group.group())).toList();
      digests.forEach(digest -> see(digest.groupId()));
      batches.put(batchStep, new PendingBatch(digests));
    }
  }

  private void apply(Dropped group) {
    see(group.groupId());
    open.remove(group.groupId());
    dropped.merge(group.reason(), 1L, Long::sum);
    group.samplesUnscorable().forEach((reason, n) -> unscorable.merge(reason, n, Long::sum));
    tokensGenerated += group.tokens();
  }

  private void apply(long index, Committed committed) {
    PendingBatch batch = batches.remove(committed.step());
    if (batch == null) {
      throw new IllegalStateException(
          "step %d must have a batch in the log before it is committed"
              .formatted(committed.step()));
    }
    step = committed.step();
    groupsTrained += batch.groups().size();
    samplesTrained += committed.samplesTrained();
    for (GroupDigest group : batch.groups()) {
      open.remove(group.groupId());
      tokensGenerated += group.numTokens();
      group.unscorable().forEach((reason, n) -> unscorable.merge(reason, n, Long::sum));
    }
    put(checksums, step, committed.checksum(), MAX_CHECKSUMS);
    put(snapshots, step, new Snapshot(index + 1, counts()), MAX_POSITIONS);
  }

  private static <T> void put(TreeMap<Long, T> newest, long step, T value, int max) {
    newest.put(step, value);
    while (newest.size() > max) {
      newest.pollFirstEntry();
    }
  }

  /** Groups are issued in order: those between are open. */
  private void see(long groupId) {
    while (nextGroupId <= groupId) {
      open.add(nextGroupId);
      nextGroupId++;
    }
  }

  LedgerCounts counts() {
    return new LedgerCounts(
        nextGroupId,
        groupsTrained,
        samplesTrained,
        tokensGenerated,
        0,
        dropped,
        unscorable,
        List.copyOf(open));
  }

  /** Whether the log has no record of a run. */
  boolean isEmpty() {
    return !hasRun && nextGroupId == 0;
  }

  /** Steps committed. */
  long step() {
    return step;
  }

  /** Step of the newest checkpoint that the log knows; -1 if none. */
  long checkpointStep() {
    return checkpointStep;
  }

  /** The batches that are not committed, by step; at most one in a log of this coordinator. */
  TreeMap<Long, PendingBatch> pendingBatches() {
    return batches;
  }

  /** The checksum of the weights after a step, if it is known. */
  OptionalLong checksum(long ofStep) {
    Long checksum = checksums.get(ofStep);
    return checksum == null ? OptionalLong.empty() : OptionalLong.of(checksum);
  }

  /** The ledger right after a step, for a checkpoint of it; the newest steps only. */
  Optional<Snapshot> snapshot(long ofStep) {
    return Optional.ofNullable(snapshots.get(ofStep));
  }
}
