package io.troupe.actors.cluster.coordinator;

import io.troupe.log.store.LogEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The committed entries of a log from an index on, read piece by piece. */
final class CommittedEntries implements Iterator<LogEntry> {
  private final ExperienceLog log;
  private final long maxBytes;
  private long from;
  private List<LogEntry> piece = List.of();
  private int next;

  CommittedEntries(ExperienceLog log, long from, long maxBytes) {
    this.log = log;
    this.from = from;
    this.maxBytes = maxBytes;
  }

  @Override
  public boolean hasNext() {
    if (next == piece.size()) {
      try {
        piece = log.readCommitted(from, maxBytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      next = 0;
      from += piece.size();
    }
    return !piece.isEmpty();
  }

  @Override
  public LogEntry next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return piece.get(next++);
  }
}
