package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.protocol.Rejections;
import io.troupe.log.store.LogEntry;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The position of a learner in the log, and the records that have arrived from there on. */
final class LogFollower {
  private final int window;
  private final Rejections rejections;
  private final TreeMap<Long, LogEntry> entries = new TreeMap<>();
  private long next;

  LogFollower(int window, Rejections rejections) {
    this.window = window;
    this.rejections = rejections;
  }

  /** Index of the record that is needed next. */
  long next() {
    return next;
  }

  /** Continues at another position. */
  void moveTo(long index) {
    next = index;
    entries.headMap(index).clear();
    entries.tailMap(index + window).clear();
  }

  void arrived(List<LogEntry> arrived) {
    for (LogEntry entry : arrived) {
      if (entry.index() < next) {
        rejections.count(Rejection.NOT_EXPECTED);
      } else if (entry.index() >= next + window) {
        rejections.count(Rejection.NO_SPACE);
      } else {
        entries.put(entry.index(), entry);
      }
    }
  }

  /** The next record, if it is there. */
  Optional<LogEntry> peek() {
    return Optional.ofNullable(entries.get(next));
  }
}
