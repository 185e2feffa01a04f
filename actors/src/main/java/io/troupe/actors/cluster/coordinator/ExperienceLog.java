package io.troupe.actors.cluster.coordinator;

import io.troupe.log.record.LogRecord;
import io.troupe.log.store.LogEntry;
import java.io.IOException;
import java.util.List;

/**
 * The log of a run, as its leader sees it. Its owner tells the {@link CoordinatorCore} when this
 * node leads, when it is deposed, and when records are committed.
 */
public interface ExperienceLog {

  /** Whether this node leads, as far as it knows. */
  boolean isLeading();

  /** Index of the first record that is kept. */
  long firstIndex();

  /** Index after the last record, committed or not. */
  long nextIndex();

  /**
   * Appends a record under the epoch of this leader.
   *
   * @return its index
   * @throws IllegalStateException if this node does not lead
   * @throws IOException if the disk is full or fails; the log is as before
   */
  long append(LogRecord record) throws IOException;

  /**
   * Reads consecutive committed records.
   *
   * @param from index of the first one, at least {@link #firstIndex}
   * @param maxBytes limit of their sizes; one record is returned even if it is larger
   * @return empty if none is committed from there on
   * @throws IOException if the disk fails
   */
  List<LogEntry> readCommitted(long from, long maxBytes) throws IOException;

  /** Deletes committed records below an index, which are not needed any more. */
  void purgeBelow(long index);

  /** Gives up the lead. */
  void resign();
}
