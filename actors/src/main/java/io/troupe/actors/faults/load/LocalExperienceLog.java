package io.troupe.actors.faults.load;

import io.troupe.actors.cluster.coordinator.ReplicatedExperienceLog;
import io.troupe.log.disk.Disk;
import io.troupe.log.replication.ReplicationMessage;
import io.troupe.log.store.LogSettings;
import io.troupe.log.store.PendingSync;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** The log of one coordinator node, which is synced when its owner says so. */
final class LocalExperienceLog extends ReplicatedExperienceLog {
  private final Queue<Runnable> events;

  LocalExperienceLog(Disk disk, String name) throws IOException {
    this(new ArrayDeque<>());
    open(disk, LogSettings.of("load"), name, List.of(name));
  }

  private LocalExperienceLog(Queue<Runnable> events) {
    super(events::add);
    this.events = events;
  }

  /** Makes all records durable, which commits them. */
  void commitAll() {
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
    }
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
  public void onDiskFailed(IOException cause) {
    throw new UncheckedIOException(cause);
  }
}
