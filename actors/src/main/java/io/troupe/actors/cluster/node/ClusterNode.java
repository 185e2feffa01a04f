package io.troupe.actors.cluster.node;

import com.typesafe.config.Config;
import io.troupe.actors.cluster.bulk.BulkPort;
import io.troupe.actors.cluster.bulk.RoleName;
import io.troupe.actors.cluster.join.Gate;
import io.troupe.actors.cluster.join.JoinMessage;
import io.troupe.actors.cluster.join.Joining;
import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.cluster.system.NodeSystem;
import io.troupe.actors.cluster.system.Remote;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process of a clustered run: its actor system, its ways to other processes, and the actors of
 * its roles. The caller must close it before what the roles use.
 */
public final class ClusterNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);
  private static final Duration SPAWN_DEADLINE = Duration.ofSeconds(30);
  private static final Duration STOP_DEADLINE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int MINUTES_ALONE = 10;
  private static final Duration ALONE = Duration.ofMinutes(MINUTES_ALONE);

  private final NodeAddress address;
  private final ClusterKey key;
  private final long incarnation;
  private final ActorSystem<SpawnProtocol.Command> system;
  private final Remote remote;
  private final Outbox outbox;
  private final ExecutorService files =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("troupe-input-files").factory());
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private volatile BulkPort bulk;
  private volatile boolean closed;

  private ClusterNode(
      NodeAddress address, ClusterKey key, ActorSystem<SpawnProtocol.Command> system) {
    this.address = address;
    this.key = key;
    this.incarnation = System.currentTimeMillis();
    this.system = system;
    this.remote = new Remote(system);
    this.outbox = new Outbox(address, incarnation, remote);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(), "end-of-the-node", this::onRemoved);
    system.getWhenTerminated().whenComplete((_, _) -> onRemoved());
  }

  /**
   * A coordinator node that is not in the cluster any more must end, so that it is started again.
   * It does not wait for its actor system, which may hang on connections to nodes out of reach.
   */
  private CompletionStage<Done> onRemoved() {
    if (!closed) {
      ended.completeExceptionally(
          new IllegalStateException(
              "the actor system of this node ends, as that of a coordinator node does after"
                  + " the coordinator nodes have lost contact with each other"));
    }
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  /**
   * Starts to listen for messages.
   *
   * @param config of the actor system, of {@link NodeSystem}
   */
  public static ClusterNode listen(NodeAddress address, ClusterKey key, Config config) {
    return new ClusterNode(
        address, key, ActorSystem.create(SpawnProtocol.create(), NodeSystem.NAME, config));
  }

  /** Where the process listens. */
  public NodeAddress address() {
    return address;
  }

  /** The node of one of its roles. */
  public NodeId node(Role role) {
    return new RoleName(address, role).node(incarnation);
  }

  /** The coordinator role of each coordinator node of a run; this node may be one of them. */
  List<NodeId> coordinators(List<NodeAddress> members) {
    return members.stream()
        .map(
            member ->
                member.equals(address)
                    ? node(Role.COORDINATOR)
                    : new RoleName(member, Role.COORDINATOR).node(0))
        .toList();
  }

  /** Whether the process has a role. */
  boolean hasRole(Role role) {
    return outbox.has(role);
  }

  ActorSystem<?> system() {
    return system;
  }

  Outbox outbox() {
    return outbox;
  }

  /**
   * Asks a node of a run.
   *
   * @param deadline for each answer
   */
  public Joining joining(NodeAddress target, Duration deadline) {
    BlockingQueue<JoinMessage> answers = Joining.queue();
    spawn(Joining.receiver(answers), Joining.NAME);
    return new Joining(remote, address, target, answers, deadline);
  }

  /**
   * Takes part in a run: receives its messages, and answers those that want to join.
   *
   * @param runId of the run
   * @param build version of this program
   */
  public void enter(long runId, String build, Supplier<JoinMessage.Accepted> admission) {
    bulk = BulkPort.open(runId, address, incarnation, key, new Arrivals());
    outbox.open(bulk);
    spawn(NodeRouter.create(incarnation, outbox), NodeRouter.NAME);
    spawn(Gate.create(build, admission, files), Gate.NAME);
  }

  private final class Arrivals implements BulkPort.Receiver {
    @Override
    public void message(Role role, BulkMessage message) {
      outbox.deliver(role, new RoleActor.Bulk(message));
    }

    @Override
    public void arriving(Role role) {
      outbox.deliver(role, new RoleActor.Arriving());
    }

    @Override
    public void replication(String from, byte[] message) {
      outbox.deliver(Role.COORDINATOR, new RoleActor.Replication(from, message));
    }
  }

  /** Starts a role. Its failure ends the process. */
  void start(Role role, BiFunction<Environment, Executor, RoleActor.Core> create) {
    ActorRef<RoleActor.Command> actor = spawn(behavior(create), role.label());
    outbox.begins(role, actor);
  }

  /** The actor of a role, whose failure ends the process. */
  Behavior<RoleActor.Command> behavior(BiFunction<Environment, Executor, RoleActor.Core> create) {
    return RoleActor.create(outbox, this::fail, create);
  }

  /** Whether the process takes part in a run. */
  public boolean isReady() {
    return bulk != null && !ended.isDone();
  }

  /** Counts of what was sent, received and rejected, by name. */
  public Map<String, Long> counters() {
    return bulk == null ? Map.of() : bulk.counters().toMap();
  }

  /** The run has ended, for a reason that is empty if all went well. */
  void end(String reason) {
    ended.complete(reason);
  }

  void fail(Throwable failure) {
    LOG.error("a role of this node failed", failure);
    ended.completeExceptionally(failure);
  }

  /**
   * Waits for the end of the run.
   *
   * @return why it ended; empty if it trained all its steps, or was stopped on request
   * @throws NodeFailedException if this node failed, or no coordinator has answered for {@value
   *     #MINUTES_ALONE} minutes
   * @throws InterruptedException if the calling thread is interrupted
   */
  public String await() throws InterruptedException {
    while (true) {
      Optional<String> reason = await(LOOK);
      if (reason.isPresent()) {
        return reason.get();
      }
      if (!hasRole(Role.COORDINATOR)
          && System.nanoTime() - outbox.coordinatorHeardNs() > ALONE.toNanos()) {
        throw new NodeFailedException(
            new IllegalStateException("no coordinator has answered within " + ALONE));
      }
    }
  }

  /**
   * Waits for the end of the run, for a limited time.
   *
   * @return why it ended; empty if it has not
   */
  public Optional<String> await(Duration limit) throws InterruptedException {
    try {
      return Optional.of(ended.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      throw new NodeFailedException(e.getCause());
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }

  private <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
    return AskPattern.<SpawnProtocol.Command, ActorRef<T>>ask(
            system,
            replyTo -> new SpawnProtocol.Spawn<>(behavior, name, Props.empty(), replyTo),
            SPAWN_DEADLINE,
            system.scheduler())
        .toCompletableFuture()
        .join();
  }

  /** Ends the roles and everything else. Repeated calls have no effect. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(STOP_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the actor system has not ended within {}", STOP_DEADLINE, e);
    }
    if (bulk != null) {
      bulk.close();
    }
    files.shutdownNow();
  }
}
