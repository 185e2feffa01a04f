package io.troupe.actors.cluster.coordinator;

import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A log whose records are committed on request. */
final class ScriptedLog implements ExperienceLog {
  final List<LogRecord> records = new ArrayList<>();
  long epoch;
  long commitIndex;
  long first;
  int refusals;

  void add(LogRecord record) {
    records.add(record);
  }

  List<List<Long>> batches() {
    return records.stream()
        .filter(LogRecord.Batch.class::isInstance)
        .map(LogRecord.Batch.class::cast)
        .map(batch -> batch.groups().stream().map(LoggedGroup::groupId).toList())
        .toList();
  }

  @Override
  public boolean isLeading() {
    return true;
  }

  @Override
  public long firstIndex() {
    return first;
  }

  @Override
  public long nextIndex() {
    return records.size();
  }

  @Override
  public long append(LogRecord record) throws IOException {
    if (refusals > 0) {
      refusals--;
      throw new IOException("no space left on the device");
    }
    records.add(record);
    return records.size() - 1;
  }

  @Override
  public List<LogEntry> readCommitted(long from, long maxBytes) {
    List<LogEntry> entries = new ArrayList<>();
    for (long index = from; index < commitIndex; index++) {
      LogRecord record = records.get((int) index);
      entries.add(new LogEntry(index, epoch, RecordCodec.type(record), RecordCodec.encode(record)));
    }
    return entries;
  }

  @Override
  public void purgeBelow(long index) {
    first = Math.max(first, index);
  }

  @Override
  public void resign() {}
}
