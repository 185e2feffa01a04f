package io.troupe.actors.faults.load;

import io.troupe.actors.cluster.coordinator.CoordinatorCore;
import io.troupe.actors.cluster.coordinator.ExperienceLog;
import io.troupe.log.disk.Disk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.replication.ReplicatedLog;
import io.troupe.log.replication.ReplicationMessage;
import io.troupe.log.replication.ReplicationPort;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.LogSettings;
import io.troupe.log.store.PendingSync;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** The log of one coordinator node, which is synced when its owner says so. */
final class LocalExperienceLog implements ExperienceLog, ReplicationPort, AutoCloseable {
  private final ReplicatedLog log;
  private final Queue<Runnable> events = new ArrayDeque<>();
  private CoordinatorCore core;

  LocalExperienceLog(Disk disk, String name) throws IOException {
    log = ReplicatedLog.open(disk, LogSettings.of("load"), name, List.of(name), this);
  }

  void lead(CoordinatorCore coordinator) {
    core = coordinator;
    log.lead();
  }

  /** Makes all records durable, which commits them. */
  void commitAll() {
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
    }
  }

  @Override
  public boolean isLeading() {
    return log.isLeading();
  }

  @Override
  public long firstIndex() {
    return log.firstIndex();
  }

  @Override
  public long nextIndex() {
    return log.nextIndex();
  }

  @Override
  public long append(LogRecord record) throws IOException {
    return log.append(record);
  }

  @Override
  public List<LogEntry> readCommitted(long from, long maxBytes) throws IOException {
    return log.readCommitted(from, maxBytes);
  }

  @Override
  public void purgeBelow(long index) {
    log.purgeBelow(index);
  }

  @Override
  public void resign() {
    log.resign();
  }

  @Override
  public void send(String member, ReplicationMessage message) {
    throw new IllegalStateException("there is no other node, got a message for " + member);
  }

  @Override
  public void sync(PendingSync sync, Runnable done) {
    events.add(
        () -> {
          sync.run();
          done.run();
        });
  }

  @Override
  public void onLeading(long epoch) {
    events.add(() -> core.onLeading(epoch));
  }

  @Override
  public void onDeposed(long newestEpoch) {
    events.add(() -> core.onDeposed(newestEpoch));
  }

  @Override
  public void onCommitted(long commitIndex) {
    events.add(() -> core.onCommitted(commitIndex));
  }

  @Override
  public void onDiskFailed(IOException cause) {
    throw new UncheckedIOException(cause);
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
