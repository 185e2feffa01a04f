package io.troupe.actors.cluster.testing;

import io.troupe.actors.cluster.coordinator.ExperienceLog;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** The log of one disk, which survives its coordinators. Records are durable after a while. */
public final class MemoryLog {
  private final VirtualTime time;
  private final List<LogEntry> entries = new ArrayList<>();
  private long first;
  private long durable;
  private long epoch;
  private int refusals;

  public MemoryLog(VirtualTime time) {
    this.time = time;
  }

  /** The next appends fail, as on a full disk. */
  public void refuse(int appends) {
    refusals = appends;
  }

  /** All durable records, those that are purged included. */
  public List<LogRecord> records() {
    return entries.subList(0, (int) durable).stream().map(RecordCodec::decode).toList();
  }

  public long first() {
    return first;
  }

  /** Makes a new leader; what was not durable before is lost. */
  public Leader lead(TestProcess process, LongConsumer onCommitted) {
    epoch++;
    while (entries.size() > durable) {
      entries.removeLast();
    }
    return new Leader(process, epoch, onCommitted);
  }

  /** The log as a leader sees it. */
  public final class Leader implements ExperienceLog {
    private final TestProcess process;
    private final long leaderEpoch;
    private final LongConsumer onCommitted;
    private boolean hasResigned;

    private Leader(TestProcess process, long leaderEpoch, LongConsumer onCommitted) {
      this.process = process;
      this.leaderEpoch = leaderEpoch;
      this.onCommitted = onCommitted;
    }

    public long epoch() {
      return leaderEpoch;
    }

    @Override
    public boolean isLeading() {
      return leaderEpoch == epoch && !hasResigned;
    }

    @Override
    public long firstIndex() {
      return first;
    }

    @Override
    public long nextIndex() {
      return entries.size();
    }

    @Override
    public long append(LogRecord record) throws IOException {
      if (!isLeading()) {
        throw new IllegalStateException("not the leader");
      }
      if (refusals > 0) {
        refusals--;
        throw new IOException("no space left on the device");
      }
      long index = entries.size();
      entries.add(
          new LogEntry(index, leaderEpoch, RecordCodec.type(record), RecordCodec.encode(record)));
      time.after(
          time.random().nextInt(2_000_000),
          () -> {
            if (isLeading() && !process.isDead()) {
              durable = Math.max(durable, index + 1);
              process.run(() -> onCommitted.accept(durable));
            }
          });
      return index;
    }

    @Override
    public List<LogEntry> readCommitted(long from, long maxBytes) {
      if (from < first) {
        throw new IllegalArgumentException("record " + from + " is purged");
      }
      return from >= durable
          ? List.of()
          : List.copyOf(entries.subList((int) from, (int) Math.min(durable, from + 3)));
    }

    @Override
    public void purgeBelow(long index) {
      first = Math.max(first, Math.min(index, durable));
    }

    @Override
    public void resign() {
      hasResigned = true;
    }
  }
}
