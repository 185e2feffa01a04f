package io.troupe.actors.cluster.testing;

import io.troupe.actors.cluster.coordinator.CoordinatorCore;
import io.troupe.actors.cluster.coordinator.CoordinatorEvents;
import io.troupe.actors.cluster.coordinator.CoordinatorSettings;
import io.troupe.actors.cluster.learner.LearnerCore;
import io.troupe.actors.cluster.learner.LearnerEvents;
import io.troupe.actors.cluster.learner.LearnerSettings;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.reward.RewardCore;
import io.troupe.actors.cluster.reward.RewardSettings;
import io.troupe.actors.cluster.rollout.RolloutCore;
import io.troupe.actors.cluster.rollout.RolloutSettings;
import io.troupe.actors.ledger.LedgerLimits;
import io.troupe.log.record.LogRecord.RunStarted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All roles of a run in one thread, in virtual time. */
public final class TestCluster {
  public static final ClusterDeadlines DEADLINES =
      new ClusterDeadlines(
          Duration.ofMillis(500),
          Duration.ofSeconds(2),
          Duration.ofMillis(750),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofMillis(200),
          Duration.ofSeconds(4),
          Duration.ofMinutes(3));

  public final VirtualTime time;
  public final TestNetwork network;
  public final MemoryLog log;
  public final LedgerLimits limits;
  public final int numIterations;
  public final Map<String, TestProcess> processes = new LinkedHashMap<>();
  public final Map<String, LearnerCore> learners = new LinkedHashMap<>();
  public final Map<String, RolloutCore> rollouts = new LinkedHashMap<>();
  public final Map<String, RewardCore> rewards = new LinkedHashMap<>();
  public final Map<String, FakeTraining> trainings = new LinkedHashMap<>();
  public final Map<String, FakeTraining.Files> files = new HashMap<>();
  public final List<String> warnings = new ArrayList<>();
  public CoordinatorCore coordinator;
  public Map<String, Double> summary;
  public String failure;
  public long endedStep = -1;
  private final Map<String, Long> incarnations = new HashMap<>();
  private NodeId coordinatorNode;

  public TestCluster(
      long seed, LedgerLimits limits, int numIterations, double lost, double doubled) {
    this.time = new VirtualTime(seed);
    this.network = new TestNetwork(time, lost, doubled);
    this.log = new MemoryLog(time);
    this.limits = limits;
    this.numIterations = numIterations;
  }

  private TestProcess process(String name) {
    long incarnation = incarnations.merge(name, 1L, Long::sum);
    TestProcess old = processes.get(name);
    if (old != null) {
      old.kill();
    }
    TestProcess process = new TestProcess(new NodeId(name, incarnation), time, network);
    processes.put(name, process);
    return process;
  }

  public void startCoordinator() {
    TestProcess process = process("coordinator");
    CoordinatorCore[] core = new CoordinatorCore[1];
    MemoryLog.Leader leader = log.lead(process, index -> core[0].onCommitted(index));
    core[0] =
        new CoordinatorCore(
            process.node(),
            CoordinatorSettings.of(limits, HashPolicy.NUM_GENERATIONS, HashPolicy.SEED, DEADLINES),
            process.environment(),
            leader,
            new RunStarted("run", "fingerprint", "test"),
            events());
    coordinator = core[0];
    coordinatorNode = process.node();
    network.connect(
        process,
        message -> core[0].on((ControlMessage.ToCoordinator) message),
        message -> core[0].on((BulkMessage.ToCoordinator) message));
    try {
      leader.append(new io.troupe.log.record.LogRecord.Epoch("coordinator"));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
    core[0].onLeading(leader.epoch());
    time.after(
        300_000_000,
        () -> {
          List<NodeId> candidates = List.of(coordinatorNode);
          rollouts.values().forEach(rollout -> rollout.coordinators(candidates));
          rewards.values().forEach(reward -> reward.coordinators(candidates));
          learners.values().forEach(learner -> learner.coordinators(candidates));
        });
  }

  private CoordinatorEvents events() {
    return new CoordinatorEvents() {
      @Override
      public void onResigned(String reason) {
        warnings.add("resigned: " + reason);
      }

      @Override
      public void onEnded(long step, Map<String, Double> figures, String reason) {
        endedStep = step;
        summary = figures;
        failure = reason;
      }

      @Override
      public void onWarning(String message) {
        warnings.add(message);
      }
    };
  }

  public void startRollout(String name) {
    startRollout(name, 2);
  }

  /** A node that only receives weights. */
  public void startFollower(String name) {
    startRollout(name, 0);
  }

  private void startRollout(String name, int credits) {
    TestProcess process = process(name);
    RolloutCore core =
        new RolloutCore(
            process.node(),
            new RolloutSettings(credits, DEADLINES),
            process.environment(),
            new FakeDecoding(process),
            HashPolicy::spec,
            _ -> {});
    rollouts.put(name, core);
    core.coordinators(List.of(coordinatorNode));
    network.connect(
        process,
        message -> core.on((ControlMessage.ToRollout) message),
        message -> core.on((BulkMessage.ToRollout) message));
    core.start();
  }

  public void startReward(String name) {
    TestProcess process = process(name);
    RewardCore core =
        new RewardCore(
            process.node(),
            new RewardSettings(2, 64, DEADLINES),
            process.environment(),
            new FakeScoring(process),
            _ -> {});
    rewards.put(name, core);
    core.coordinators(List.of(coordinatorNode));
    network.connect(
        process,
        message -> core.on((ControlMessage.ToReward) message),
        message -> core.on((BulkMessage.ToReward) message));
    core.start();
  }

  public void startLearner(String name, boolean keepsRun) {
    TestProcess process = process(name);
    FakeTraining training =
        new FakeTraining(
            process, files.computeIfAbsent(name, _ -> new FakeTraining.Files()), numIterations, 3);
    trainings.put(name, training);
    LearnerCore core =
        new LearnerCore(
            process.node(),
            LearnerSettings.of(keepsRun, 1 << 20, DEADLINES),
            process.environment(),
            training,
            new LearnerEvents() {
              @Override
              public void onShutdown(String reason) {}

              @Override
              public void onFailed(String reason) {
                warnings.add(name + " failed: " + reason);
              }

              @Override
              public void onWarning(String message) {
                warnings.add(message);
              }
            });
    learners.put(name, core);
    core.coordinators(List.of(coordinatorNode));
    network.connect(
        process,
        message -> core.on((ControlMessage.ToLearner) message),
        message -> core.on((BulkMessage.ToLearner) message));
    core.start();
  }

  public void kill(String name) {
    processes.get(name).kill();
  }

  /** Kills a process, and starts it again after a while. */
  public void crash(String name, long afterMs) {
    kill(name);
    time.after(
        afterMs * 1_000_000,
        () -> {
          if (!processes.get(name).isDead()) {
            return; // another crash was first
          }
          switch (name.substring(0, name.indexOf('-') < 0 ? name.length() : name.indexOf('-'))) {
            case "coordinator" -> startCoordinator();
            case "rollout" -> startRollout(name);
            case "reward" -> startReward(name);
            default -> startLearner(name, name.equals("learner-1"));
          }
        });
  }

  /** Runs until the run has ended, or for a maximum of virtual time. */
  public void run(Duration max) {
    long end = time.nowNs() + max.toNanos();
    while (failure == null && time.nowNs() < end && time.step()) {}
  }

  /** A description for failed assertions. */
  public String describe() {
    return "step %s, warnings %s, coordinator %s %s, learners at %s"
        .formatted(
            coordinator.status(),
            warnings.stream().limit(20).toList(),
            coordinator.isActive() ? "active" : "not active",
            coordinator.rejections().all(),
            learners.values().stream().map(LearnerCore::step).toList());
  }
}
