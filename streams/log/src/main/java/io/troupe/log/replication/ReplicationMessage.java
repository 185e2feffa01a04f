package io.troupe.log.replication;

import io.troupe.log.store.LogEntry;
import java.util.List;

/**
 * A message between the coordinator nodes. It may be lost, late, doubled or reordered.
 *
 * <p>Indices are positions in the log; {@code previousEpoch} is the epoch of the record before an
 * index, by which two logs are compared: if it is equal, the logs are equal up to there.
 */
public sealed interface ReplicationMessage {

  /** The epoch of the leader that this message belongs to. */
  long epoch();

  // ---- from a node that wants to lead, or leads ----------------------------------------------

  /** Requests the promise to reject all older epochs. */
  record Promise(long epoch) implements ReplicationMessage {}

  /** Requests records of a longer log, before the new leader leads. */
  record Fetch(long epoch, long from, long previousEpoch) implements ReplicationMessage {}

  /**
   * Records for a follower; also without any, to compare the logs and to announce what is
   * committed.
   *
   * @param from index of the first record
   * @param commitIndex all records below it are committed
   * @param firstIndex older records than this one are not needed any more
   * @param entries consecutive, perhaps none
   */
  record Append(
      long epoch,
      long from,
      long previousEpoch,
      long commitIndex,
      long firstIndex,
      List<LogEntry> entries)
      implements ReplicationMessage {

    /** Copies the list and checks the indices. */
    public Append {
      entries = consecutive(from, entries);
    }
  }

  /** The records are purged: continue with an empty log at this index. */
  record StartAt(long epoch, long index, long previousEpoch) implements ReplicationMessage {}

  // ---- answers -------------------------------------------------------------------------------

  /**
   * The promise, durable.
   *
   * @param lastEpoch epoch of the last record of this node
   * @param length index after its last record
   */
  record Promised(long epoch, long lastEpoch, long length) implements ReplicationMessage {}

  /**
   * This node does not follow an older epoch.
   *
   * @param newest the epoch that it has promised to follow
   */
  record Rejected(long epoch, long newest) implements ReplicationMessage {}

  /** Answers {@link Fetch}. */
  record Fetched(long epoch, long from, List<LogEntry> entries) implements ReplicationMessage {

    /** Copies the list and checks the indices. */
    public Fetched {
      entries = consecutive(from, entries);
    }
  }

  /** Answers {@link Fetch}: the records are purged; continue with an empty log at this index. */
  record Purged(long epoch, long index, long previousEpoch) implements ReplicationMessage {}

  /** This node has all records of the leader below an index, durably. */
  record Appended(long epoch, long matched) implements ReplicationMessage {}

  /** The logs differ before the index of {@link Append} or {@link Fetch}: try again from here. */
  record Conflict(long epoch, long retryFrom) implements ReplicationMessage {}

  private static List<LogEntry> consecutive(long from, List<LogEntry> entries) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).index() != from + i) {
        throw new IllegalArgumentException(
            "record must have index %d, got %d".formatted(from + i, entries.get(i).index()));
      }
    }
    return List.copyOf(entries);
  }
}
