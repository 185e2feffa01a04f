package io.troupe.actors.faults.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.faults.load.CoordinatorLoad.Shape;
import io.troupe.log.disk.FileDisk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load of the benchmark is a whole run. */
final class CoordinatorLoadTest {
  @Test
  void everyStepIsInTheLog(@TempDir Path folder) throws IOException {
    CoordinatorLoad.run(new Shape(20, 2, 3, 40, 4, 8), folder);

    List<LogRecord> records;
    try (LogReader log = LogReader.open(FileDisk.of(folder))) {
      records = log.read(Long.MAX_VALUE).stream().map(RecordCodec::decode).toList();
    }
    assertThat(records).filteredOn(LogRecord.Batch.class::isInstance).hasSize(3);
    assertThat(records).filteredOn(LogRecord.Committed.class::isInstance).hasSize(3);
  }
}
