package io.troupe.actors.replay;

import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LogRecord.Committed;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.LogReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Reads the steps of a run from its log, in order, a few at a time. */
final class LoggedSteps implements AutoCloseable {
  private static final long READ_BYTES = 4 << 20;

  private final LogReader reader;
  private final Deque<Batch> batches = new ArrayDeque<>();
  private final TreeMap<Long, Committed> commits = new TreeMap<>();
  private boolean atEnd;
  private long skipped;

  LoggedSteps(LogReader reader) {
    this.reader = reader;
  }

  /** The first step after the last one that was returned; empty at the end of the log. */
  OptionalLong peek() throws IOException {
    while (!atEnd && batches.isEmpty()) {
      read();
    }
    return batches.isEmpty() ? OptionalLong.empty() : OptionalLong.of(batches.getFirst().step());
  }

  /** Skips steps up to one. */
  void skipTo(long step) throws IOException {
    OptionalLong next = peek();
    while (next.isPresent() && next.getAsLong() <= step) {
      commits.remove(batches.removeFirst().step());
      next = peek();
    }
    skipped = step;
  }

  /** The next step; empty at the end of the log. */
  Optional<LoggedStep> next() throws IOException {
    while (!atEnd && (batches.isEmpty() || !commits.containsKey(batches.getFirst().step()))) {
      read();
    }
    if (batches.isEmpty()) {
      return Optional.empty();
    }
    Batch batch = batches.removeFirst();
    return Optional.of(new LoggedStep(batch, Optional.ofNullable(commits.remove(batch.step()))));
  }

  private void read() throws IOException {
    atEnd = true;
    for (LogEntry entry : reader.read(READ_BYTES)) {
      atEnd = false;
      LogRecord record = RecordCodec.decode(entry);
      switch (record) {
        case Batch batch -> batches.addLast(batch);
        case Committed committed when committed.step() <= skipped -> {}
        case Committed committed -> commits.putIfAbsent(committed.step(), committed);
        case LogRecord.RunStarted _,
            LogRecord.Epoch _,
            LogRecord.Dropped _,
            LogRecord.Checkpointed _ -> {}
      }
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
