package io.troupe.actors.faults.cluster;

import io.troupe.actors.cluster.coordinator.CoordinatorCore;
import io.troupe.actors.cluster.coordinator.CoordinatorEvents;
import io.troupe.actors.cluster.coordinator.CoordinatorSettings;
import io.troupe.actors.cluster.coordinator.ReplicatedExperienceLog;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.faults.check.RunHistory;
import io.troupe.log.disk.Disk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LogRecord.RunStarted;
import io.troupe.log.replication.ReplicatedLog;
import io.troupe.log.replication.ReplicationMessage;
import io.troupe.log.store.LogDamagedException;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.LogSettings;
import io.troupe.log.store.PendingSync;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A coordinator node: its part of the log, and a coordinator while the membership says so. */
final class CoordinatorProgram implements NodeProgram, CoordinatorEvents {
  private static final Duration TICK = Duration.ofMillis(150);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int SEGMENT_BYTES = 4000;
  private static final int MAX_RECORD_BYTES = 1 << 20;
  private static final long CHECKED_BYTES = 1 << 20;

  private final SimulatedHost host;
  private final SimulatedEnvironment environment;
  private final Outside outside;
  private final List<String> members;
  private final CoordinatorSettings settings;
  private final RunHistory history;
  private final Decorations decorations;
  private final Disk disk;
  private final SimulatedLog simulatedLog;
  private ReplicatedLog log; // null before the start
  private CoordinatorCore core; // null while this node does not lead or try to
  private boolean isChosen;
  private long checked;
  private long oldEpochs;

  /** The rest of the simulation, as a coordinator node sees it. */
  interface Outside {
    /** Sends a message of the log to the current process of a node. */
    void replicate(String member, ReplicationMessage message);

    /** The run has ended. */
    void ended(String node, long step, String failure);

    /** Something worth a line in the trace. */
    void note(String node, String event, String detail);
  }

  CoordinatorProgram(
      SimulatedHost host,
      SimulatedEnvironment environment,
      Outside outside,
      List<String> members,
      CoordinatorSettings settings,
      RunHistory history,
      Decorations decorations) {
    this.host = host;
    this.environment = environment;
    this.outside = outside;
    this.members = members;
    this.settings = settings;
    this.history = history;
    this.decorations = decorations;
    this.simulatedLog = new SimulatedLog();
    this.disk = decorations.disk(host.name(), host.storage().mount(environment.process()));
  }

  @Override
  public void start() {
    LogSettings logSettings = new LogSettings("simulated", SEGMENT_BYTES, MAX_RECORD_BYTES);
    try {
      simulatedLog.open(disk, logSettings, host.name(), members);
      log = simulatedLog.log();
    } catch (LogDamagedException e) {
      throw new IllegalStateException("the log is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    outside.note(host.name(), "log", log.recovery().describe());
    tick();
    if (isChosen) {
      lead();
    }
  }

  private void tick() {
    log.tick();
    environment.after(TICK, this::tick);
  }

  // ---- the choice of the membership ----------------------------------------------------------

  @Override
  public void startCoordinator() {
    isChosen = true;
    lead();
  }

  @Override
  public void stopCoordinator() {
    isChosen = false;
    if (core != null) {
      core.resign("another node is chosen");
    }
  }

  private void lead() {
    if (isChosen && core == null && log != null) {
      core =
          new CoordinatorCore(
              host.id(),
              settings,
              environment,
              simulatedLog,
              new RunStarted("simulated", "", ""),
              this);
      simulatedLog.lead(core);
    }
  }

  // ---- messages ------------------------------------------------------------------------------

  @Override
  public void receive(ControlMessage message) {
    if (core != null && message instanceof ControlMessage.ToCoordinator mine) {
      core.on(mine);
    }
  }

  @Override
  public void receive(BulkMessage message) {
    if (core != null && message instanceof BulkMessage.ToCoordinator mine) {
      core.on(mine);
    }
  }

  @Override
  public void receive(String from, ReplicationMessage message) {
    log.receive(from, message);
  }

  @Override
  public void nodeGone(NodeId node) {
    if (core != null) {
      core.nodeGone(node);
    }
  }

  @Override
  public long numOldEpochs() {
    return oldEpochs + (log == null ? 0 : log.numRejected());
  }

  // ---- the coordinator's events --------------------------------------------------------------

  @Override
  public void onResigned(String reason) {
    outside.note(host.name(), "resigns", reason);
    core = null;
    simulatedLog.forgetCoordinator();
    environment.after(RETRY, this::lead);
  }

  @Override
  public void onEnded(long step, Map<String, Double> summary, String failure) {
    outside.ended(host.name(), step, failure);
  }

  @Override
  public void onWarning(String message) {
    outside.note(host.name(), "warning", message);
  }

  /** Compares the records that are committed now with those of all other nodes. */
  private void check(long commitIndex) {
    try {
      checked = Math.max(checked, log.firstIndex());
      while (checked < commitIndex) {
        List<LogEntry> entries = log.readCommitted(checked, CHECKED_BYTES);
        entries.forEach(entry -> history.committed(host.name(), entry));
        checked += entries.size();
        if (entries.isEmpty()) {
          return;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The log of this node in the simulated world. */
  private final class SimulatedLog extends ReplicatedExperienceLog {
    SimulatedLog() {
      super(action -> environment.process().execute(action));
    }

    @Override
    public long append(LogRecord record) throws IOException {
      return super.append(decorations.appended(host.name(), record));
    }

    @Override
    public void send(String member, ReplicationMessage message) {
      outside.replicate(member, message);
    }

    @Override
    public void sync(PendingSync sync, Runnable done) {
      environment.after(
          host.storage().syncDuration(),
          () -> {
            sync.run();
            done.run();
          });
    }

    @Override
    public void onLeading(long epoch) {
      outside.note(host.name(), "leads", "epoch " + epoch);
      history.leads(host.name(), epoch);
      super.onLeading(epoch);
    }

    @Override
    public void onCommitted(long commitIndex) {
      check(commitIndex);
      super.onCommitted(commitIndex);
    }

    @Override
    public void onDiskFailed(IOException cause) {
      throw new UncheckedIOException(cause); // the process ends, as in production
    }
  }
}
