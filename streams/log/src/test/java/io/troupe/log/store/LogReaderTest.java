package io.troupe.log.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.log.disk.FileDisk;
import io.troupe.log.disk.MemoryDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LogReaderTest {
  private static final LogSettings SETTINGS = new LogSettings("run-1", 300, 1000);

  @Test
  void followsALogThatIsWritten() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    List<Long> seen = new ArrayList<>();
    try (SegmentedLog log = SegmentedLog.open(disk, SETTINGS);
        LogReader reader = LogReader.open(disk)) {
      assertThat(reader.runId()).contains("run-1");
      assertThat(reader.read(1000)).isEmpty();
      for (int i = 0; i < 50; i++) {
        for (int j = 0; j < i % 7; j++) {
          log.append(1, 1, new byte[i]);
        }
        for (List<LogEntry> part = reader.read(200); !part.isEmpty(); part = reader.read(200)) {
          part.forEach(entry -> seen.add(entry.index()));
        }
        assertThat(seen).hasSize((int) log.nextIndex());
      }
    }
    for (int i = 0; i < seen.size(); i++) {
      assertThat(seen.get(i)).isEqualTo(i);
    }
  }

  @Test
  void stopsBeforeARecordThatIsHalfWritten() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    try (SegmentedLog log = SegmentedLog.open(disk, SETTINGS)) {
      log.append(1, 1, new byte[10]);
      log.append(1, 1, new byte[10]);
    }
    disk.cut(disk.list().getFirst(), SegmentHeader.BYTES + 70);
    try (LogReader reader = LogReader.open(disk)) {
      assertThat(reader.read(1000)).hasSize(1);
    }
  }

  @Test
  void aDirectoryWithoutALogHasNoRecords() throws IOException {
    try (LogReader reader = LogReader.open(FileDisk.of(Path.of("no/such/directory")))) {
      assertThat(reader.runId()).isEmpty();
      assertThat(reader.read(1000)).isEmpty();
    }
  }
}
