package io.troupe.actors.faults.cluster;

import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.faults.check.Checks;
import io.troupe.actors.faults.check.Invariant;
import io.troupe.actors.faults.check.ViolationException;
import io.troupe.actors.faults.disk.PowerLossException;
import io.troupe.actors.faults.disk.SimulatedStorage;
import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.actors.faults.membership.SimulatedMembership;
import io.troupe.actors.faults.network.SimulatedNetwork;
import io.troupe.actors.faults.plan.Scenario;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.actors.faults.time.Timeline;
import io.troupe.actors.faults.time.Trace;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The nodes of a simulation, with their supervisors, and everything that they share. */
public final class SimulatedCluster implements SimulatedMembership.Hosts {
  private static final Duration RESTART = Duration.ofSeconds(1);
  private static final Duration MAX_START_SPREAD = Duration.ofMillis(300);
  private static final Duration REFRESH = Duration.ofMillis(400);
  private static final Duration MIN_DETECTION = Duration.ofMillis(2500);
  private static final Duration MAX_DETECTION = Duration.ofSeconds(5);
  private static final int MAX_READY = 20_000;

  private final Scenario scenario;
  private final Programs programs;
  private final Dice dice;
  private final Timeline timeline;
  private final Trace trace;
  private final Witnesses witnesses = new Witnesses();
  private final Checks checks;
  private final SimulatedNetwork network;
  private final SimulatedMembership membership;
  private final Map<String, SimulatedHost> hosts = new LinkedHashMap<>();
  private boolean isFullDiskExpected;
  private int longestQueue;

  /** Creates the programs of processes. */
  public interface Programs {
    /**
     * The program of a new process.
     *
     * @param cluster the cluster that it becomes a part of
     * @param environment of its cores
     */
    NodeProgram create(
        SimulatedCluster cluster, SimulatedHost host, SimulatedEnvironment environment);
  }

  /**
   * A cluster whose processes are not started.
   *
   * @param checks counts the checks of its nodes
   * @param traceLines number of events to keep
   */
  public SimulatedCluster(Scenario scenario, Programs programs, Checks checks, int traceLines) {
    this.scenario = scenario;
    this.programs = programs;
    this.checks = checks;
    dice = dice("cluster");
    timeline = new Timeline(dice("ties"));
    trace = new Trace(timeline, traceLines);
    network = new SimulatedNetwork(timeline, dice("network"), witnesses);
    for (String name : scenario.nodes()) {
      SimulatedStorage storage = new SimulatedStorage(name, dice("disk " + name), witnesses);
      hosts.put(name, new SimulatedHost(name, storage));
    }
    membership =
        new SimulatedMembership(
            timeline, dice("membership"), network, scenario.coordinators(), this);
  }

  /** Starts all nodes, the first coordinator first. */
  public void start() {
    for (SimulatedHost host : hosts.values()) {
      timeline.after(dice.between(Duration.ZERO, MAX_START_SPREAD).toNanos(), () -> start(host));
    }
    timeline.after(MAX_START_SPREAD.toNanos() + 1, membership::start);
    timeline.after(MAX_START_SPREAD.toNanos() + 2, this::tellCoordinators);
  }

  /** Every node knows the coordinator nodes after a while. */
  private void tellCoordinators() {
    List<NodeId> ids = scenario.coordinators().stream().map(name -> host(name).id()).toList();
    for (SimulatedHost host : hosts.values()) {
      if (host.isAlive()) {
        host.process().execute(() -> host.program().coordinators(ids));
      }
    }
    timeline.after(REFRESH.toNanos(), this::tellCoordinators);
  }

  /** Coordinators hear of a lost node after a while. */
  private void tellGone(NodeId node) {
    for (String name : scenario.coordinators()) {
      SimulatedHost host = host(name);
      if (host.isAlive()) {
        host.process().execute(() -> host.program().nodeGone(node));
      }
    }
  }

  /** Counts the messages of older epochs that the current processes have rejected. */
  public void countOldEpochs() {
    hosts.values().stream().filter(SimulatedHost::isAlive).forEach(this::countOldEpochs);
  }

  private void countOldEpochs(SimulatedHost host) {
    checks.require(Invariant.NO_FAILURE, true, "%s has not failed", host.name());
    witnesses.saw(FaultKind.TWO_COORDINATORS, host.program().numOldEpochs());
  }

  // ---- parts ---------------------------------------------------------------------------------

  /** Dice for a purpose. */
  public Dice dice(String purpose) {
    return new Dice(scenario.seed(), purpose);
  }

  /** The scenario. */
  public Scenario scenario() {
    return scenario;
  }

  /** Virtual time. */
  public Timeline timeline() {
    return timeline;
  }

  /** The events so far. */
  public Trace trace() {
    return trace;
  }

  /** Effects of faults. */
  public Witnesses witnesses() {
    return witnesses;
  }

  /** Counts of checks. */
  public Checks checks() {
    return checks;
  }

  /** The network. */
  public SimulatedNetwork network() {
    return network;
  }

  /** The membership. */
  public SimulatedMembership membership() {
    return membership;
  }

  /** All nodes. */
  public Collection<SimulatedHost> hosts() {
    return hosts.values();
  }

  /** A node. */
  public SimulatedHost host(String name) {
    return hosts.get(name);
  }

  // ---- processes -----------------------------------------------------------------------------

  /** Starts a process on a node that has none. */
  private void start(SimulatedHost host) {
    if (host.isAlive()) {
      return;
    }
    long incarnation = host.nextIncarnation();
    if (incarnation > 1) {
      witnesses.saw(FaultKind.RESTART);
    }
    trace.add(host.name(), "start", "#" + incarnation);
    SimulatedProcess process =
        new SimulatedProcess(
            timeline,
            dice("process " + host.id()),
            host.name(),
            failure -> onFailure(host, failure));
    SimulatedEnvironment environment = new SimulatedEnvironment(this, host, process);
    host.starts(process, programs.create(this, host, environment));
    process.execute(host.program()::start);
  }

  /**
   * Ends the process of a node; its supervisor starts another one.
   *
   * @param losesPower whether changes that were not synced may be lost
   * @param down time until the next start
   */
  public void kill(SimulatedHost host, boolean losesPower, Duration down) {
    if (!host.isAlive()) {
      return;
    }
    trace.add(host.name(), "kill", losesPower ? "loses power" : "");
    if (host.process().numPending() > 0) {
      witnesses.saw(FaultKind.KILL);
    }
    countOldEpochs(host);
    host.process().kill();
    if (losesPower) {
      host.storage().losePower();
    }
    NodeId gone = host.id();
    timeline.after(dice.between(MIN_DETECTION, MAX_DETECTION).toNanos(), () -> tellGone(gone));
    timeline.after(down.toNanos(), () -> start(host));
  }

  private void onFailure(SimulatedHost host, RuntimeException failure) {
    switch (failure) {
      case ViolationException violation -> throw violation;
      case PowerLossException _ -> kill(host, true, host.downAfterPowerLoss());
      case UncheckedIOException full when isFullDiskExpected -> {
        trace.add(host.name(), "fails", full.getMessage());
        kill(host, false, RESTART);
      }
      default -> throw new UnexpectedFailureException(host.name(), failure);
    }
  }

  /** A process may fail because its disk is full. */
  void expectFullDisk() {
    isFullDiskExpected = true;
  }

  /** Checks that no process has an unbounded queue. */
  public void checkQueues() {
    for (SimulatedHost host : hosts.values()) {
      if (host.isAlive()) {
        int numReady = host.process().numReady();
        longestQueue = Math.max(longestQueue, numReady);
        checks.require(
            Invariant.BOUNDED_BUFFERS,
            numReady <= MAX_READY,
            "%s has %d messages in its queue",
            host.name(),
            numReady);
      }
    }
  }

  /** The longest queue of a process that was seen. */
  public int longestQueue() {
    return longestQueue;
  }

  // ---- membership ----------------------------------------------------------------------------

  @Override
  public boolean isRunning(String node) {
    return host(node).isRunning();
  }

  @Override
  public long incarnation(String node) {
    return host(node).id().incarnation();
  }

  @Override
  public void startCoordinator(String node) {
    SimulatedHost host = host(node);
    trace.add(node, "lead", "starts a coordinator");
    host.process().execute(host.program()::startCoordinator);
  }

  @Override
  public void stopCoordinator(String node) {
    SimulatedHost host = host(node);
    trace.add(node, "lead", "stops its coordinator");
    host.process().execute(host.program()::stopCoordinator);
  }

  @Override
  public void exit(String node) {
    trace.add(node, "exit", "left by the majority");
    kill(host(node), false, RESTART);
  }
}
