package io.troupe.deploy.groups;

import io.troupe.deploy.groups.GroupEntry.Outcome;
import io.troupe.log.disk.Disk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LogRecord.Committed;
import io.troupe.log.record.LogRecord.Dropped;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.LogReader;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads the groups of a log in the order of their records, also while the run goes on.
 *
 * @param disk the directory of the log
 */
public record GroupLog(Disk disk) {
  private static final long READ_BYTES = 4 << 20;

  /**
   * Reads all groups.
   *
   * @throws IOException if the log cannot be read
   */
  public void forEach(Consumer<GroupEntry> action) throws IOException {
    long committed = lastCommitted();
    read(
        entry -> {
          switch (RecordCodec.decode(entry)) {
            case Batch(long step, List<LoggedGroup> groups) -> {
              Outcome outcome =
                  step <= committed ? new Outcome.Trained(step) : new Outcome.InBatch(step);
              groups.forEach(group -> action.accept(entry(group, outcome)));
            }
            case Dropped dropped -> action.accept(entry(dropped));
            case LogRecord.RunStarted _,
                LogRecord.Epoch _,
                LogRecord.Committed _,
                LogRecord.Checkpointed _ -> {}
          }
        });
  }

  /** The last step that is committed; batches, which are large, are skipped. */
  private long lastCommitted() throws IOException {
    long[] last = {0};
    read(
        entry -> {
          if (!RecordCodec.isBatch(entry)
              && RecordCodec.decode(entry) instanceof Committed committed) {
            last[0] = Math.max(last[0], committed.step());
          }
        });
    return last[0];
  }

  private void read(Consumer<LogEntry> action) throws IOException {
    try (LogReader reader = LogReader.open(disk)) {
      List<LogEntry> entries = reader.read(READ_BYTES);
      while (!entries.isEmpty()) {
        entries.forEach(action);
        entries = reader.read(READ_BYTES);
      }
    }
  }

  private static GroupEntry entry(LoggedGroup logged, Outcome outcome) {
    ScoredGroup group = logged.group();
    Map<String, Long> unscorable = new HashMap<>();
    double sum = 0;
    int scored = 0;
    for (Score score : group.scores()) {
      switch (score) {
        case Score.Scored(double value, var _) -> {
          sum += value;
          scored++;
        }
        case Score.Unscorable(String reason) -> unscorable.merge(reason, 1L, Long::sum);
      }
    }
    List<Completion> samples = group.group().completions();
    return new GroupEntry(
        logged.groupId(),
        logged.attempts(),
        logged.sampledBy(),
        logged.scoredBy(),
        logged.issuedMillis(),
        logged.sampledMillis(),
        logged.scoredMillis(),
        samples.size(),
        samples.stream().mapToLong(sample -> sample.tokenIds().length).sum(),
        group.group().oldestPolicyVersion(),
        sum / scored,
        unscorable,
        outcome);
  }

  private static GroupEntry entry(Dropped dropped) {
    return new GroupEntry(
        dropped.groupId(),
        dropped.attempts(),
        dropped.sampledBy(),
        "",
        dropped.issuedMillis(),
        0,
        0,
        0,
        dropped.tokens(),
        -1,
        Double.NaN,
        dropped.samplesUnscorable(),
        new Outcome.Dropped(dropped.reason()));
  }
}
