package io.troupe.deploy.trials;

import io.troupe.log.disk.FileDisk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LogRecord.Committed;
import io.troupe.log.record.LogRecord.Dropped;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.LogReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Follows the log of one coordinator node while it is written. A node that was killed before others
 * had its last records replaces them; the log is then read again from its beginning. Thread-safe.
 * The caller must close it.
 */
final class LogFollower implements AutoCloseable {
  private static final long LOOK_MS = 5;
  private static final long REPLACED_MS = 500; // without a record, although the log has changed
  private static final long MAX_BYTES = 1 << 24;

  private final Path log;
  private final Runnable onChange;
  private final Thread thread;
  private final List<Long> timesNs = new ArrayList<>(); // of steps 1, 2, ...
  private GroupCounts groups = new GroupCounts();
  private long lastStep; // that was read since the beginning of the log
  private Exception failure; // null unless the log cannot be read

  /**
   * Follows a log from its beginning.
   *
   * @param log directory, which may not exist yet
   * @param onChange called after each committed step, and when the log cannot be followed any more
   */
  LogFollower(Path log, Runnable onChange) {
    this.log = log;
    this.onChange = onChange;
    this.thread = Thread.ofPlatform().daemon().name("log-reader").start(this::follow);
  }

  private void follow() {
    try {
      while (!Files.isDirectory(log)) {
        Thread.sleep(LOOK_MS);
      }
      while (true) {
        readUntilReplaced();
      }
    } catch (InterruptedException _) {
      // closed
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
      onChange.run();
    }
  }

  private void readUntilReplaced() throws IOException, InterruptedException {
    synchronized (this) {
      groups = new GroupCounts();
      lastStep = 0;
    }
    try (LogReader reader = LogReader.open(FileDisk.of(log))) {
      long bytes = 0;
      long quietMs = 0;
      while (quietMs < REPLACED_MS || bytes() == bytes) {
        List<LogEntry> entries = reader.read(MAX_BYTES);
        for (LogEntry entry : entries) {
          add(RecordCodec.decode(entry));
        }
        quietMs += LOOK_MS;
        if (!entries.isEmpty()) {
          bytes = bytes();
          quietMs = 0;
        }
        Thread.sleep(LOOK_MS);
      }
    }
  }

  private long bytes() throws IOException {
    try (var files = Files.list(log)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private void add(LogRecord record) {
    synchronized (this) {
      switch (record) {
        case Batch batch -> groups.trained(batch);
        case Dropped dropped -> groups.dropped(dropped);
        case Committed committed -> committed(committed.step());
        case LogRecord.RunStarted _, LogRecord.Epoch _, LogRecord.Checkpointed _ -> {}
      }
    }
    if (record instanceof Committed) {
      onChange.run();
    }
  }

  private void committed(long step) {
    lastStep++;
    if (step != lastStep) {
      throw new IllegalStateException(
          "step %d must be committed next, got %d".formatted(lastStep, step));
    }
    if (step > timesNs.size()) {
      timesNs.add(System.nanoTime());
    }
  }

  /** Number of committed steps that were seen. */
  synchronized int numSteps() {
    return timesNs.size();
  }

  /** Times at which the steps were seen to be committed. */
  synchronized List<Long> timesNs() {
    return List.copyOf(timesNs);
  }

  /** The groups that were seen. */
  synchronized GroupCounts groups() {
    return groups;
  }

  /** Why the log cannot be followed any more. */
  synchronized Optional<Exception> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
