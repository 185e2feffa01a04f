package io.troupe.actors.cluster.coordinator;

import io.troupe.log.record.LogRecord;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Appends records in order. A record that the disk refuses, for instance because it is full, waits
 * and is tried again; those behind it wait too.
 */
final class LogWriter {
  private final ExperienceLog log;
  private final LogHistory history;
  private final Consumer<String> onWarning;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final ArrayDeque<Appended> uncommitted = new ArrayDeque<>();
  private long commitIndex;
  private boolean isBusy;
  private long numFailures;

  private record Waiting(LogRecord record, Runnable whenCommitted) {}

  private record Appended(long index, Runnable whenCommitted) {}

  /**
   * A writer.
   *
   * @param history receives each record that is appended
   */
  LogWriter(ExperienceLog log, LogHistory history, long commitIndex, Consumer<String> onWarning) {
    this.log = log;
    this.history = history;
    this.commitIndex = commitIndex;
    this.onWarning = onWarning;
  }

  /** Appends a record; the action runs when it is committed. */
  void append(LogRecord record, Runnable whenCommitted) {
    waiting.add(new Waiting(record, whenCommitted));
    appendWaiting();
  }

  /** Tries again what the disk has refused. */
  void retry() {
    appendWaiting();
  }

  private void appendWaiting() {
    if (isBusy) {
      return;
    }
    isBusy = true;
    try {
      while (!waiting.isEmpty() && log.isLeading()) {
        Waiting next = waiting.peek();
        long index = log.append(next.record());
        waiting.remove();
        history.apply(index, next.record());
        uncommitted.add(new Appended(index, next.whenCommitted()));
      }
    } catch (IOException e) {
      numFailures++;
      onWarning.accept("%d records wait for the log: %s".formatted(waiting.size(), e.getMessage()));
    } finally {
      isBusy = false;
    }
    runCommitted();
  }

  /** All records below an index are committed. */
  void committed(long index) {
    commitIndex = Math.max(commitIndex, index);
    runCommitted();
  }

  private void runCommitted() {
    while (!isBusy && !uncommitted.isEmpty() && uncommitted.peek().index() < commitIndex) {
      uncommitted.remove().whenCommitted().run();
    }
  }

  /** All records below it are committed. */
  long commitIndex() {
    return commitIndex;
  }

  /** Number of times that the disk has refused a record. */
  long numFailures() {
    return numFailures;
  }

  /** Records that the disk has refused so far. */
  int numWaiting() {
    return waiting.size();
  }
}
