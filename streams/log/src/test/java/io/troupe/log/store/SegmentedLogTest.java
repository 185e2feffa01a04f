package io.troupe.log.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.log.disk.FileDisk;
import io.troupe.log.disk.MemoryDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SegmentedLogTest {
  private static final LogSettings SETTINGS = new LogSettings("run-1", 400, 1000);

  private final MemoryDisk disk = new MemoryDisk();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private SegmentedLog open() throws IOException {
    return SegmentedLog.open(disk, SETTINGS);
  }

  private static void append(SegmentedLog log, long epoch, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      assertThat(log.append(epoch, 7, bytes("record " + i))).isEqualTo(i);
    }
  }

  private static List<String> texts(List<LogEntry> entries) {
    return entries.stream()
        .map(entry -> new String(entry.payload(), StandardCharsets.UTF_8))
        .toList();
  }

  private static List<String> expected(long from, long to) {
    List<String> texts = new ArrayList<>();
    for (long i = from; i < to; i++) {
      texts.add("record " + i);
    }
    return texts;
  }

  @Test
  void keepsForcedRecordsInSegments(@TempDir Path folder) throws IOException {
    FileDisk files = FileDisk.create(folder);
    try (SegmentedLog log = SegmentedLog.open(files, SETTINGS)) {
      append(log, 3, 0, 30);
      log.force();
      assertThat(log.durableIndex()).isEqualTo(30);
    }
    try (SegmentedLog log = SegmentedLog.open(files, SETTINGS)) {
      assertThat(files.list()).hasSizeGreaterThan(3);
      assertThat(log.recovery()).isEqualTo(new Recovery(30, 0, ""));
      assertThat(texts(log.read(0, Long.MAX_VALUE))).isEqualTo(expected(0, 30));
      assertThat(log.lastEpoch()).isEqualTo(3);
    }
  }

  @Test
  void onlyOneOwnerUsesADirectory(@TempDir Path folder) throws IOException {
    FileDisk files = FileDisk.create(folder);
    try (SegmentedLog _ = SegmentedLog.open(files, SETTINGS)) {
      assertThatThrownBy(() -> SegmentedLog.open(files, SETTINGS))
          .hasMessageContaining("must be used by one process");
    }
    SegmentedLog.open(files, SETTINGS).close();
  }

  @Test
  void oneSyncMakesTheRecordsBeforeItsBeginningDurable() throws IOException {
    try (SegmentedLog log = open()) {
      append(log, 1, 0, 3);
      PendingSync sync = log.beginSync();
      append(log, 1, 3, 4);
      sync.run();
      assertThat(log.durableIndex()).isZero();
      log.complete(sync);
      assertThat(log.durableIndex()).isEqualTo(3);
    }
  }

  @Test
  void readsWithinALimitOfBytes() throws IOException {
    try (SegmentedLog log = open()) {
      append(log, 1, 0, 20);
      assertThat(log.read(5, 100)).hasSize(2);
      assertThat(log.read(5, 1)).hasSize(1);
      assertThat(log.read(20, 1)).isEmpty();
      assertThatThrownBy(() -> log.read(21, 1)).hasMessageContaining("from 0 to 20, got 21");
    }
  }

  @Test
  void rejectsOlderEpochsAndForeignRuns() throws IOException {
    try (SegmentedLog log = open()) {
      append(log, 5, 0, 1);
      assertThatThrownBy(() -> log.append(4, 1, bytes("late")))
          .isInstanceOf(StaleEpochException.class)
          .hasMessageContaining("epoch must be >= 5, got 4");
      log.force();
    }
    assertThatThrownBy(() -> SegmentedLog.open(disk, LogSettings.of("run-2")))
        .hasMessageContaining("must belong to run run-2, got run run-1");
  }

  @Test
  void purgesWholeSegmentsAndKeepsTheEpochBefore() throws IOException {
    try (SegmentedLog log = open()) {
      append(log, 2, 0, 30);
      log.force();
      long first = log.purgeBelow(20);
      assertThat(first).isBetween(10L, 20L);
      assertThat(log.epochOf(first - 1)).isEqualTo(2);
      assertThatThrownBy(() -> log.read(first - 1, 1)).hasMessageContaining("index must be from");
    }
    try (SegmentedLog log = open()) {
      assertThat(texts(log.read(log.firstIndex(), Long.MAX_VALUE)))
          .isEqualTo(expected(log.firstIndex(), 30));
    }
  }

  @Test
  void truncatesAcrossSegments() throws IOException {
    try (SegmentedLog log = open()) {
      append(log, 2, 0, 30);
      PendingSync sync = log.beginSync();
      log.truncateFrom(4);
      append(log, 3, 4, 6);
      sync.run();
      log.complete(sync);
      assertThat(log.durableIndex()).isEqualTo(4);
      assertThat(texts(log.read(0, Long.MAX_VALUE))).isEqualTo(expected(0, 6));
      assertThat(log.epochOf(3)).isEqualTo(2);
      assertThat(log.lastEpoch()).isEqualTo(3);
      log.force();
    }
    try (SegmentedLog log = open()) {
      assertThat(log.nextIndex()).isEqualTo(6);
    }
  }

  @Test
  void startsAgainBelowItsLastRecord() throws IOException {
    for (int index = 1; index < 30; index++) { // also where a segment begins
      MemoryDisk other = new MemoryDisk();
      try (SegmentedLog log = SegmentedLog.open(other, SETTINGS)) {
        append(log, 2, 0, 30);
        log.startAt(index, 1);
        assertThat(log.firstIndex()).isEqualTo(index);
        append(log, 1, index, index + 15);
        log.force();
      }
      try (SegmentedLog log = SegmentedLog.open(other, SETTINGS)) {
        assertThat(log.firstIndex()).isEqualTo(index);
        assertThat(log.nextIndex()).isEqualTo(index + 15);
      }
    }
  }

  @Test
  void startsAgainAboveItsRecords() throws IOException {
    try (SegmentedLog log = open()) {
      append(log, 2, 0, 30);
      log.startAt(100, 4);
      assertThat(log.firstIndex()).isEqualTo(100);
      assertThat(log.lastEpoch()).isEqualTo(4);
      append(log, 4, 100, 103);
      log.force();
    }
    try (SegmentedLog log = open()) {
      assertThat(texts(log.read(100, Long.MAX_VALUE))).isEqualTo(expected(100, 103));
    }
  }

  @Test
  void damageInADurableRecordIsAnErrorWithFileAndOffset() throws IOException {
    try (SegmentedLog log = open()) {
      append(log, 2, 0, 30);
      log.force();
    }
    String oldest = disk.list().getFirst();
    disk.damage(oldest, 170);
    assertThatThrownBy(this::open)
        .isInstanceOf(LogDamagedException.class)
        .hasMessageStartingWith(oldest + " at offset 160 must contain record 1 with its checksum");
  }

  @Test
  void damageInTheNewestSegmentIsNotTakenForATornWrite() throws IOException {
    try (SegmentedLog log = open()) {
      for (int i = 0; i < 4; i++) {
        append(log, 2, i, i + 1);
        log.force();
      }
    }
    String newest = disk.list().stream().filter(name -> name.endsWith(".log")).toList().getLast();
    disk.damage(newest, SegmentHeader.BYTES + 45);
    assertThatThrownBy(this::open).isInstanceOf(LogDamagedException.class);
  }

  @Test
  void aTornTailIsCutAndReported() throws IOException {
    try (SegmentedLog log = open()) {
      append(log, 2, 0, 3);
      log.force();
    }
    String newest = disk.list().stream().filter(name -> name.endsWith(".log")).toList().getLast();
    disk.cut(newest, disk.size(newest) - 3);
    try (SegmentedLog log = open()) {
      assertThat(log.recovery()).isEqualTo(new Recovery(2, 45, newest));
      assertThat(log.nextIndex()).isEqualTo(2);
      append(log, 2, 2, 4);
    }
  }

  @Test
  void aMissingSegmentIsAnError() throws IOException {
    try (SegmentedLog log = open()) {
      append(log, 2, 0, 30);
      log.force();
    }
    disk.delete(disk.list().get(1));
    assertThatThrownBy(this::open).hasMessageContaining("a header that continues record");
  }

  @Test
  void aFullDiskChangesNothing() throws IOException {
    try (SegmentedLog log = open()) {
      append(log, 2, 0, 3);
      for (int room = 0; room < 120; room++) { // also in the middle of the header of a new segment
        disk.limit(room);
        long next = log.nextIndex();
        try {
          append(log, 2, (int) next, (int) next + 4);
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("no space left");
        }
        disk.limit(Long.MAX_VALUE);
        append(log, 2, (int) log.nextIndex(), (int) log.nextIndex() + 1);
      }
      log.force();
      assertThat(texts(log.read(0, Long.MAX_VALUE))).isEqualTo(expected(0, log.nextIndex()));
    }
    open().close();
  }

  @Test
  void afterAFailedSyncTheLogMustBeOpenedAgain() throws IOException {
    try (SegmentedLog log = open()) {
      append(log, 2, 0, 3);
      disk.failForces(true);
      assertThatThrownBy(log::force).hasMessageContaining("input/output error");
      disk.failForces(false);
      assertThat(log.durableIndex()).isZero();
      assertThatThrownBy(() -> log.append(2, 1, bytes("x")))
          .hasMessageContaining("must be opened again");
      assertThatThrownBy(log::force).hasMessageContaining("must be opened again");
    }
    open().close();
  }

  /** Whatever a crash loses, durable records survive, and what is left is a prefix. */
  @Test
  void crashesLoseOnlyRecordsThatAreNotDurable() throws IOException {
    long cut = 0;
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      MemoryDisk crashing = new MemoryDisk();
      long durable = 0;
      long first = 0;
      List<Long> epochs = new ArrayList<>(); // of every record, also those that are lost
      for (int life = 1; life <= 4; life++) {
        SegmentedLog log = SegmentedLog.open(crashing, SETTINGS);
        String context = "seed " + seed + ", life " + life;
        cut += log.recovery().cutBytes();
        assertThat(log.nextIndex()).as(context).isBetween(durable, (long) epochs.size());
        assertThat(log.firstIndex()).as(context).isLessThanOrEqualTo(first);
        for (LogEntry entry : log.read(log.firstIndex(), Long.MAX_VALUE)) {
          assertThat(entry.epoch()).as(context).isEqualTo(epochs.get((int) entry.index()));
          assertThat(entry.payload())
              .as(context)
              .isEqualTo(bytes("record " + entry.index() + " of epoch " + entry.epoch()));
        }
        epochs.subList((int) log.nextIndex(), epochs.size()).clear();
        for (int i = random.nextInt(40); i > 0; i--) {
          switch (random.nextInt(8)) {
            case 0 -> log.force();
            case 1 -> first = Math.max(first, log.purgeBelow(log.durableIndex()));
            case 2 -> {
              long to = log.nextIndex() - random.nextInt(3);
              if (to >= log.firstIndex()) {
                log.truncateFrom(to);
                epochs.subList((int) to, epochs.size()).clear();
              }
            }
            case 3 -> {
              if (random.nextInt(10) == 0) {
                long at = log.durableIndex();
                log.startAt(at, log.epochOf(at - 1));
                first = at;
                epochs.subList((int) at, epochs.size()).clear();
              }
            }
            default -> {
              long index =
                  log.append(life, 1, bytes("record " + log.nextIndex() + " of epoch " + life));
              assertThat(index).isEqualTo(epochs.size());
              epochs.add((long) life);
            }
          }
          durable = log.durableIndex();
        }
        crashing.crash(random);
      }
    }
    assertThat(cut).as("bytes cut: torn writes happen").isPositive();
  }
}
