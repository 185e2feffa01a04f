package io.troupe.actors.faults.cluster;

import io.troupe.actors.cluster.coordinator.CoordinatorSettings;
import io.troupe.actors.cluster.learner.LearnerCore;
import io.troupe.actors.cluster.learner.LearnerEvents;
import io.troupe.actors.cluster.learner.LearnerSettings;
import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.cluster.reward.RewardCore;
import io.troupe.actors.cluster.reward.RewardSettings;
import io.troupe.actors.cluster.rollout.RolloutCore;
import io.troupe.actors.cluster.rollout.RolloutSettings;
import io.troupe.actors.faults.check.RunHistory;
import io.troupe.actors.faults.plan.Scenario;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.work.HashModel;
import io.troupe.actors.faults.work.LearnerModel;
import io.troupe.actors.faults.work.SimulatedDecoding;
import io.troupe.actors.faults.work.SimulatedScoring;
import io.troupe.actors.faults.work.SimulatedTraining;
import io.troupe.actors.ledger.LedgerLimits;
import io.troupe.log.replication.ReplicationCodec;
import io.troupe.log.replication.ReplicationMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Creates the real cores of nodes, with simulated work. */
public final class CorePrograms implements SimulatedCluster.Programs, FaultInjector.WorkFaults {
  private static final Duration MAX_SLOW_REWARD = Duration.ofMillis(2500);
  private static final Duration MAX_TOKEN = Duration.ofMillis(150);
  private static final int MAX_ATTEMPTS = 6;
  private static final int CREDITS = 2;
  private static final int MAX_HELD = 64;
  private static final long GRADIENT_BYTES = 1 << 14;

  private final Scenario scenario;
  private final RunHistory history;
  private final ClusterDeadlines deadlines;
  private final LearnerModel.Factory models;
  private final Decorations decorations;
  private final Map<String, SimulatedDecoding> decodings = new HashMap<>();
  private final Map<String, SimulatedScoring> scorings = new HashMap<>();
  private String failure = "";
  private boolean isEnded;

  /** Programs of a run. */
  public CorePrograms(
      Scenario scenario,
      ClusterDeadlines deadlines,
      RunHistory history,
      LearnerModel.Factory models,
      Decorations decorations) {
    this.scenario = scenario;
    this.deadlines = deadlines;
    this.history = history;
    this.models = models;
    this.decorations = decorations;
  }

  /** Whether a coordinator has ended the run. */
  public boolean isEnded() {
    return isEnded;
  }

  /** The failure that the coordinator reported at the end; empty if none. */
  public String failure() {
    return failure;
  }

  @Override
  public NodeProgram create(
      SimulatedCluster cluster, SimulatedHost host, SimulatedEnvironment environment) {
    String name = host.name();
    Dice dice = cluster.dice("work " + host.id());
    NodeProgram program =
        switch (scenario.roleOf(name)) {
          case COORDINATOR -> coordinator(cluster, host, environment);
          case LEARNER -> learner(host, environment, dice);
          case ROLLOUT -> rollout(cluster, host, environment, dice);
          case REWARD -> reward(cluster, host, environment, dice);
        };
    return new DecoratedProgram(name, program, decorations);
  }

  private NodeProgram coordinator(
      SimulatedCluster cluster, SimulatedHost host, SimulatedEnvironment environment) {
    LedgerLimits limits =
        new LedgerLimits(
            scenario.steps(), scenario.groupsPerStep(), scenario.maxStaleness(), MAX_ATTEMPTS);
    return new CoordinatorProgram(
        host,
        environment,
        new Outside(cluster, host, environment),
        scenario.coordinators(),
        CoordinatorSettings.of(limits, scenario.numGenerations(), scenario.seed(), deadlines),
        history,
        decorations);
  }

  private NodeProgram learner(SimulatedHost host, SimulatedEnvironment environment, Dice dice) {
    return new WorkerProgram(
        new LearnerCore(
            host.id(),
            LearnerSettings.of(
                host.name().equals(scenario.learners().getFirst()), GRADIENT_BYTES, deadlines),
            environment,
            new SimulatedTraining(
                environment.process(),
                dice,
                scenario,
                models.create(scenario),
                host.files(),
                history::trained),
            new LearnerFailures(host)));
  }

  private NodeProgram rollout(
      SimulatedCluster cluster, SimulatedHost host, SimulatedEnvironment environment, Dice dice) {
    SimulatedDecoding decoding =
        new SimulatedDecoding(
            environment.process(), dice, cluster.witnesses(), MAX_TOKEN, history::has);
    decodings.put(host.name(), decoding);
    return new WorkerProgram(
        new RolloutCore(
            host.id(),
            new RolloutSettings(CREDITS, deadlines),
            environment,
            decoding,
            groupId -> HashModel.group(scenario.seed(), groupId, scenario.numGenerations()),
            _ -> {}));
  }

  private NodeProgram reward(
      SimulatedCluster cluster, SimulatedHost host, SimulatedEnvironment environment, Dice dice) {
    SimulatedScoring scoring =
        new SimulatedScoring(environment.process(), dice, cluster.witnesses(), MAX_SLOW_REWARD);
    scorings.put(host.name(), scoring);
    return new WorkerProgram(
        new RewardCore(
            host.id(),
            new RewardSettings(CREDITS, MAX_HELD, deadlines),
            environment,
            scoring,
            _ -> {}));
  }

  @Override
  public void degradeRewards(String node, double slow, double hanging) {
    if (scorings.containsKey(node)) {
      scorings.get(node).degrade(slow, hanging);
    }
  }

  @Override
  public void failDecoding(String node, double probability) {
    if (decodings.containsKey(node)) {
      decodings.get(node).failWith(probability);
    }
  }

  /** A learner never fails in a simulation. */
  private record LearnerFailures(SimulatedHost host) implements LearnerEvents {
    @Override
    public void onShutdown(String reason) {}

    @Override
    public void onFailed(String reason) {
      throw new IllegalStateException("learner " + host.name() + " cannot train: " + reason);
    }
  }

  private final class Outside implements CoordinatorProgram.Outside {
    private final SimulatedCluster cluster;
    private final SimulatedHost host;
    private final SimulatedEnvironment environment;

    Outside(SimulatedCluster cluster, SimulatedHost host, SimulatedEnvironment environment) {
      this.cluster = cluster;
      this.host = host;
      this.environment = environment;
    }

    @Override
    public void replicate(String member, ReplicationMessage message) {
      environment.send(
          cluster.host(member).id(),
          ReplicationCodec.encode(message),
          ReplicationCodec::decode,
          (program, received) -> program.receive(host.name(), received));
    }

    @Override
    public void ended(String node, long step, String reason) {
      note(node, "ends", "step " + step + " " + reason);
      isEnded = true;
      failure = reason;
    }

    @Override
    public void note(String node, String event, String detail) {
      cluster.trace().add(node, event, detail);
    }
  }
}
