package io.troupe.actors.faults.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.actors.faults.time.Timeline;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.LogSettings;
import io.troupe.log.store.PendingSync;
import io.troupe.log.store.SegmentedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The real log on disks that lose power at any operation: durable records are never lost. */
final class LogOnSimulatedDiskTest {
  private static final int NUM_SEEDS = 1500;
  private static final int NUM_OPERATIONS = 60;
  private static final LogSettings SETTINGS = new LogSettings("run", 300, 1000);

  private final Witnesses witnesses = new Witnesses();
  private long numCut;

  @Test
  void durableRecordsSurviveCrashes() throws IOException {
    for (int seed = 0; seed < NUM_SEEDS; seed++) {
      new Model(seed).run();
    }

    assertThat(numCut).as("half-written records that were cut").isPositive();
    assertThat(witnesses.count(FaultKind.TORN_WRITE)).isPositive();
    assertThat(witnesses.count(FaultKind.LOST_TAIL)).isPositive();
    assertThat(witnesses.count(FaultKind.FULL_DISK)).isPositive();
  }

  /** A log, and the records that it must have. */
  private final class Model {
    private final long seed;
    private final Dice dice;
    private final SimulatedStorage storage;
    private final List<String> records = new ArrayList<>();
    private long first;
    private long durable;
    private SegmentedLog log;

    Model(long seed) {
      this.seed = seed;
      dice = new Dice(seed, "test");
      storage = new SimulatedStorage("node", new Dice(seed, "disk"), witnesses);
    }

    void run() throws IOException {
      open();
      for (int i = 0; i < NUM_OPERATIONS; i++) {
        try {
          operate();
        } catch (PowerLossException _) {
          storage.losePower();
          open();
        }
      }
    }

    private void open() throws IOException {
      storage.heal();
      SimulatedProcess process =
          new SimulatedProcess(
              new Timeline(new Dice(seed, "ties")), new Dice(seed, "node"), "node", _ -> {});
      log = SegmentedLog.open(storage.mount(process), SETTINGS);
      numCut += log.recovery().cutBytes() > 0 ? 1 : 0;
      assertThat(log.nextIndex())
          .as("seed %d: end of the log", seed)
          .isGreaterThanOrEqualTo(durable);
      assertThat(log.firstIndex()).as("seed %d: start of the log", seed).isLessThanOrEqualTo(first);
      check();
      while (records.size() > log.nextIndex()) {
        records.removeLast();
      }
      first = log.firstIndex();
      durable = log.nextIndex();
    }

    private void check() throws IOException {
      long next = Math.max(first, log.firstIndex());
      for (LogEntry entry : log.read(next, Long.MAX_VALUE)) {
        assertThat(new String(entry.payload(), StandardCharsets.UTF_8))
            .as("seed %d: record %d", seed, entry.index())
            .isEqualTo(records.get((int) entry.index()));
      }
    }

    private void operate() throws IOException {
      switch (dice.between(0, 11)) {
        case 0 -> storage.crashAfter(dice.between(0, 6));
        case 1 -> storage.fill(dice.chance(0.5));
        case 2 -> sync();
        case 3 -> purge();
        case 4 -> truncate();
        case 5 -> check();
        default -> append();
      }
    }

    private void append() throws IOException {
      String record = seed + " " + dice.bits() + " x".repeat(dice.between(0, 40));
      records.add(record); // may be on the disk even if the append does not return
      try {
        log.append(1, 1, record.getBytes(StandardCharsets.UTF_8));
      } catch (PowerLossException e) {
        throw e;
      } catch (IOException _) {
        records.removeLast();
        reopenIfUnusable();
      }
    }

    /** A segment that cannot be created on a full disk leaves the log as before, or unusable. */
    private void reopenIfUnusable() throws IOException {
      storage.fill(false);
      if (log.nextIndex() != records.size()) {
        open();
      }
    }

    private void sync() throws IOException {
      PendingSync sync = log.beginSync();
      long end = log.nextIndex();
      sync.run();
      log.complete(sync);
      durable = Math.max(durable, end);
      assertThat(log.durableIndex()).isGreaterThanOrEqualTo(durable);
    }

    private void purge() throws IOException {
      first = Math.max(first, dice.between(log.firstIndex(), Math.max(first, durable)));
      log.purgeBelow(first);
    }

    private void truncate() throws IOException {
      if (dice.chance(0.3) && log.nextIndex() > first) {
        long from = dice.between(first, log.nextIndex());
        durable = Math.min(durable, from);
        log.truncateFrom(from);
        while (records.size() > from) {
          records.removeLast();
        }
      }
    }
  }
}
