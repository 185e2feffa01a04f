package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.bulk.RoleName;
import io.troupe.actors.cluster.coordinator.CoordinatorCore;
import io.troupe.actors.cluster.coordinator.CoordinatorEvents;
import io.troupe.actors.cluster.coordinator.CoordinatorSettings;
import io.troupe.actors.cluster.coordinator.ReplicatedExperienceLog;
import io.troupe.actors.cluster.link.Ticks;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.system.CoordinatorNodes;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.log.disk.FileDisk;
import io.troupe.log.record.LogRecord.RunStarted;
import io.troupe.log.replication.ReplicationCodec;
import io.troupe.log.replication.ReplicationMessage;
import io.troupe.log.store.LogSettings;
import io.troupe.log.store.PendingSync;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role of a coordinator node: its part of the log, always; and the coordinator of the run,
 * while the cluster has chosen this node.
 */
final class CoordinatorRole implements RoleActor.Core {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorRole.class);
  private static final Duration LOG_TICK = Duration.ofMillis(100);
  private static final Duration SHOW = Duration.ofSeconds(1);

  /** Time in which a coordinator that is new, or has just gone, may be outside the cluster. */
  private static final Duration SEPARATE = Duration.ofSeconds(10);

  /** Time between attempts to lead. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** Time in which nodes that ask after the end of the run still get an answer. */
  private static final Duration LINGER = Duration.ofSeconds(3);

  /**
   * What the role needs.
   *
   * @param folder of the log
   * @param runId of the run
   * @param members all coordinator nodes
   */
  record Setup(
      Path folder,
      String runId,
      List<NodeAddress> members,
      RunStarted run,
      CoordinatorSettings settings,
      CoordinatorListener listener) {}

  private final ClusterNode node;
  private final Setup setup;
  private final Environment environment;
  private final Executor executor;
  private final Ticks ticks;
  private final NodeLog log;
  private final ExecutorService syncing =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("troupe-log-sync").factory());
  private CoordinatorCore core; // while this node leads or tries to
  private boolean isChosen;
  private boolean isEnded;

  CoordinatorRole(ClusterNode node, Setup setup, Environment environment, Executor executor)
      throws IOException {
    this.node = node;
    this.setup = setup;
    this.environment = environment;
    this.executor = executor;
    this.ticks = new Ticks(environment);
    this.log = new NodeLog();
    log.open(
        FileDisk.create(setup.folder()),
        LogSettings.of(setup.runId()),
        node.address().toString(),
        setup.members().stream().map(NodeAddress::toString).toList());
    ticks.every(LOG_TICK, log.log()::tick);
    ticks.every(SHOW, this::showToOthers);
    OneCluster cluster = new OneCluster(new CoordinatorNodes(node.system()), SEPARATE);
    ticks.every(SHOW, () -> cluster.look(leader(), environment.nanoTime()));
  }

  private Optional<NodeAddress> leader() {
    return log.log().leader().map(CoordinatorRole::address);
  }

  private static NodeAddress address(String member) {
    return NodeAddress.parse("member", member, "");
  }

  private void showToOthers() {
    setup.members().stream()
        .filter(member -> !member.equals(node.address()))
        .forEach(node.outbox()::showTo);
  }

  // ---- the choice of the cluster -------------------------------------------------------------

  /** The cluster has chosen this node. */
  void chosen() {
    isChosen = true;
    lead();
  }

  /** The cluster has chosen another node, or this one leaves. */
  void notChosen() {
    isChosen = false;
    if (core != null) {
      core.resign("the cluster has chosen another node, or this node leaves");
    }
  }

  private void lead() {
    if (!isChosen || isEnded || core != null) {
      return;
    }
    core =
        new CoordinatorCore(
            node.node(Role.COORDINATOR),
            setup.settings(),
            environment,
            log,
            setup.run(),
            new Events());
    log.lead(core);
  }

  private final class Events implements CoordinatorEvents {
    @Override
    public void onResigned(String reason) {
      LOG.info("this node is not the coordinator any more: {}", reason);
      core = null;
      log.forgetCoordinator();
      environment.after(RETRY, CoordinatorRole.this::lead);
    }

    @Override
    public void onEnded(long step, Map<String, Double> summary, String failure) {
      isEnded = true;
      setup.listener().onEnded(step, summary, failure);
      environment.after(LINGER, () -> end(failure));
    }

    @Override
    public void onCommitted(long step, long checksum, Map<String, Double> metrics) {
      setup.listener().onStep(step, metrics);
    }

    @Override
    public void onWarning(String message) {
      LOG.warn("{}", message);
    }
  }

  private void end(String failure) {
    for (NodeAddress member : setup.members()) {
      if (!member.equals(node.address())) {
        NodeId other = new RoleName(member, Role.COORDINATOR).node(0);
        environment.send(other, new ControlMessage.Shutdown(log.log().epoch(), failure));
      }
    }
    node.end(failure);
  }

  // ---- messages ------------------------------------------------------------------------------

  @Override
  public void control(ControlMessage message) {
    if (message instanceof ControlMessage.Shutdown(long epoch, String reason)
        && epoch >= log.log().epoch()) {
      isEnded = true;
      node.end(reason);
    } else if (message instanceof ControlMessage.ToCoordinator mine && core != null) {
      core.on(mine);
    }
  }

  @Override
  public void bulk(BulkMessage message) {
    if (message instanceof BulkMessage.ToCoordinator mine && core != null) {
      core.on(mine);
    }
  }

  @Override
  public void replication(String from, byte[] message) {
    log.log().receive(from, ReplicationCodec.decode(message));
  }

  /** Ends the run after the current step, with a checkpoint. */
  void stopRun() {
    if (core != null) {
      core.stopRun();
    }
  }

  @Override
  public void stop() {
    ticks.stop();
    notChosen();
    try {
      log.close();
    } catch (IOException e) {
      LOG.warn("the log cannot be closed", e);
    }
    syncing.shutdown();
  }

  /** The log of this node, with its ways to the others and to the disk. */
  private final class NodeLog extends ReplicatedExperienceLog {
    NodeLog() {
      super(executor);
    }

    @Override
    public void send(String member, ReplicationMessage message) {
      node.outbox().replicate(address(member), ReplicationCodec.encode(message));
    }

    @Override
    public void sync(PendingSync sync, Runnable done) {
      syncing.execute(
          () -> {
            sync.run();
            executor.execute(done);
          });
    }

    @Override
    public void onLeading(long epoch) {
      LOG.info("this node is the coordinator, epoch {}", epoch);
      super.onLeading(epoch);
    }

    @Override
    public void onDiskFailed(IOException cause) {
      node.fail(cause);
    }
  }
}
