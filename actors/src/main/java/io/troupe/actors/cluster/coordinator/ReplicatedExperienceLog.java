package io.troupe.actors.cluster.coordinator;

import io.troupe.log.disk.Disk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.replication.ReplicatedLog;
import io.troupe.log.replication.ReplicationPort;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.LogSettings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A coordinator node's part of the log, between the log and the coordinator that runs here while
 * this node leads. What the log reports reaches the coordinator after the log's own call has
 * returned, because the coordinator answers with calls of the log.
 *
 * <p>Subclasses connect it with other nodes and with a thread that syncs. Used by one thread. The
 * owner must close it.
 */
public abstract class ReplicatedExperienceLog
    implements ExperienceLog, ReplicationPort, AutoCloseable {
  private final Executor later;
  private ReplicatedLog log;
  private CoordinatorCore core; // null while this node does not lead or try to

  /**
   * A log that is not open.
   *
   * @param later runs actions on the thread of the log, after what it does now
   */
  protected ReplicatedExperienceLog(Executor later) {
    this.later = later;
  }

  /**
   * Opens the log of this node.
   *
   * @param self name of this node
   * @param members names of all coordinator nodes
   * @throws IOException if it cannot be opened
   */
  public final void open(Disk disk, LogSettings settings, String self, List<String> members)
      throws IOException {
    log = ReplicatedLog.open(disk, settings, self, members, this);
  }

  /** The log, once it is open. */
  public final ReplicatedLog log() {
    return log;
  }

  /** Begins to lead, for a coordinator. */
  public final void lead(CoordinatorCore coordinator) {
    core = coordinator;
    log.lead();
  }

  /** The coordinator has resigned. */
  public final void forgetCoordinator() {
    core = null;
  }

  private void tell(Consumer<CoordinatorCore> action) {
    later.execute(
        () -> {
          if (core != null) {
            action.accept(core);
          }
        });
  }

  // ---- for the coordinator -------------------------------------------------------------------

  @Override
  public final boolean isLeading() {
    return log.isLeading();
  }

  @Override
  public final long firstIndex() {
    return log.firstIndex();
  }

  @Override
  public final long nextIndex() {
    return log.nextIndex();
  }

  @Override
  public long append(LogRecord record) throws IOException {
    return log.append(record);
  }

  @Override
  public final List<LogEntry> readCommitted(long from, long maxBytes) throws IOException {
    return log.readCommitted(from, maxBytes);
  }

  @Override
  public final void purgeBelow(long index) {
    log.purgeBelow(index);
  }

  @Override
  public final void resign() {
    log.resign();
  }

  // ---- from the log --------------------------------------------------------------------------

  @Override
  public void onLeading(long epoch) {
    tell(coordinator -> coordinator.onLeading(epoch));
  }

  @Override
  public void onDeposed(long newestEpoch) {
    tell(coordinator -> coordinator.onDeposed(newestEpoch));
  }

  @Override
  public void onCommitted(long commitIndex) {
    tell(coordinator -> coordinator.onCommitted(commitIndex));
  }

  @Override
  public void close() throws IOException {
    if (log != null) {
      log.close();
    }
  }
}
