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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows the log of a run while it is written: when each step was committed, and which groups were
 * trained. Thread-safe. The caller must close it.
 */
public final class Commits implements AutoCloseable {
  private static final long LOOK_MS = 5;
  private static final long MAX_BYTES = 1 << 24;

  private final Path log;
  private final Thread thread;
  private final List<Long> timesNs = new ArrayList<>(); // of steps 1, 2, ...
  private final GroupCounts groups = new GroupCounts();
  private Exception failure; // null unless the log cannot be read

  /** Follows the log of a run from its beginning. */
  public Commits(Path run) {
    this.log = run.resolve("log");
    this.thread = Thread.ofPlatform().daemon().name("log-reader").start(this::follow);
  }

  private void follow() {
    try {
      while (!Files.isDirectory(log)) {
        Thread.sleep(LOOK_MS);
      }
      try (LogReader reader = LogReader.open(FileDisk.of(log))) {
        while (true) {
          for (LogEntry entry : reader.read(MAX_BYTES)) {
            add(RecordCodec.decode(entry));
          }
          Thread.sleep(LOOK_MS);
        }
      }
    } catch (InterruptedException _) {
      // closed
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  private synchronized void add(LogRecord record) {
    switch (record) {
      case Batch batch -> groups.trained(batch);
      case Dropped dropped -> groups.dropped(dropped);
      case Committed committed -> {
        timesNs.add(System.nanoTime());
        if (committed.step() != timesNs.size()) {
          throw new IllegalStateException(
              "step %d must be committed next, got %d".formatted(timesNs.size(), committed.step()));
        }
        notifyAll();
      }
      case LogRecord.RunStarted _, LogRecord.Epoch _, LogRecord.Checkpointed _ -> {}
    }
  }

  /** Times at which the steps were committed, as this process saw them. */
  public synchronized List<Long> timesNs() {
    if (failure != null) {
      throw new IllegalStateException("the log cannot be followed", failure);
    }
    return List.copyOf(timesNs);
  }

  /** The groups of the run so far. */
  public synchronized GroupCounts groups() {
    return groups;
  }

  /** Waits until a step is committed. */
  public synchronized void awaitStep(long step, Duration limit) throws InterruptedException {
    long endNs = System.nanoTime() + limit.toNanos();
    while (timesNs().size() < step) {
      long leftMs = (endNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new AssertionError(
            "step %d was not committed within %s, the last one is %d"
                .formatted(step, limit, timesNs.size()));
      }
      wait(leftMs);
    }
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
