package io.troupe.deploy.network;

import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.deploy.cluster.ChildProcess;
import io.troupe.deploy.cluster.ClusterPlan;
import io.troupe.deploy.cluster.ClusterSize;
import io.troupe.deploy.cluster.RunIdentity;
import io.troupe.deploy.cluster.SupervisionException;
import io.troupe.deploy.cluster.Supervisor;
import io.troupe.deploy.trials.NodeOutput;
import io.troupe.deploy.trials.TrialSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * The processes of a cluster, each in its network namespace, which are kept running. The caller
 * must close it, which kills them and removes the network; repeated calls have no effect.
 */
final class NetworkedCluster implements AutoCloseable {
  private static final int PORT = 7700;
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final long LOOK_MS = 20;

  private final TrialSetup setup;
  private final NamespaceNetwork network;
  private final ClusterPlan plan;
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final Supervisor supervisor =
      new Supervisor(this::commandLine, messages::add, Optional.empty());
  private final Thread supervising =
      Thread.ofPlatform().name("supervisor").unstarted(this::supervise);
  private volatile String failure = ""; // why the processes are not kept running

  private NetworkedCluster(TrialSetup setup, Path run, NamespaceNetwork network) {
    this.setup = setup;
    this.network = network;
    List<NodeAddress> coordinators =
        setup.names().stream()
            .filter(NetworkedCluster::isCoordinator)
            .map(name -> new NodeAddress(network.address(name), PORT))
            .toList();
    this.plan =
        new ClusterPlan(
            run,
            setup.directory().resolve("cluster.key"),
            coordinators,
            new ClusterSize(
                setup.coordinators(), setup.learners(), setup.rollouts(), setup.rewards()));
  }

  /**
   * Starts a cluster, and waits until all its processes take part in the run.
   *
   * @param network which the cluster closes
   */
  static NetworkedCluster start(TrialSetup setup, Path run, NamespaceNetwork network)
      throws IOException, InterruptedException {
    NetworkedCluster cluster = new NetworkedCluster(setup, run, network);
    try {
      cluster.start();
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private void start() throws IOException, InterruptedException {
    ClusterKey.loadOrCreate(plan.keyFile());
    Files.createDirectories(plan.outputs());
    for (ChildProcess process : plan.processes()) {
      supervisor.start(process);
      await("the run begins", START_LIMIT, () -> RunIdentity.isPresent(plan.directory()));
    }
    supervising.start();
    await("all processes take part", START_LIMIT, this::allTakePart);
  }

  private List<String> commandLine(ChildProcess process) {
    List<String> command = new ArrayList<>(network.in(process.name()));
    command.addAll(setup.troupe());
    command.addAll(process.arguments());
    if (isCoordinator(process.name())) {
      command.addAll(setup.settings());
    }
    return command;
  }

  private boolean allTakePart() {
    return setup.names().stream().allMatch(name -> output(name).takesPart(0));
  }

  private NodeOutput output(String name) {
    return new NodeOutput(plan.outputs().resolve(name + ".txt"));
  }

  private static boolean isCoordinator(String name) {
    return name.startsWith("coordinator");
  }

  /** Waits until the coordinator nodes are in contact, or the run has ended. */
  void awaitContact(Duration limit) throws InterruptedException {
    await("all coordinator nodes are in contact", limit, () -> areInContact() || !isRunning());
  }

  private boolean areInContact() {
    return setup.names().stream()
        .filter(NetworkedCluster::isCoordinator)
        .map(name -> output(name).inContact().size())
        .allMatch(count -> count == setup.coordinators());
  }

  private boolean isRunning() {
    return supervising.isAlive();
  }

  private void supervise() {
    try {
      supervisor.await(NetworkedCluster::isCoordinator);
    } catch (SupervisionException | IOException e) {
      failure = e.getMessage();
    } catch (InterruptedException _) {
      // closed
    }
  }

  /** Changes the network. */
  PacketSwitch packetSwitch() {
    return network.packetSwitch();
  }

  /** A line for each process that was started again. */
  List<String> messages() {
    return List.copyOf(messages);
  }

  /** Waits for the end of the run, and returns why it failed; empty if it did not. */
  String await(Duration limit) throws InterruptedException {
    await("the run has ended", limit, () -> !isRunning());
    return failure;
  }

  private void await(String what, Duration limit, BooleanSupplier condition)
      throws InterruptedException {
    long endNs = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNs || !failure.isEmpty()) {
        throw new AssertionError(
            "not within %s: %s. %s %s".formatted(limit, what, failure, messages));
      }
      Thread.sleep(LOOK_MS);
    }
  }

  @Override
  public void close() throws IOException {
    supervising.interrupt();
    try {
      supervising.join(); // so that none is started again
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      network.close();
      supervisor.close();
    }
  }
}
