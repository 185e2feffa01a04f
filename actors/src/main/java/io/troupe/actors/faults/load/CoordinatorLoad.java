package io.troupe.actors.faults.load;

import io.troupe.actors.cluster.coordinator.CoordinatorCore;
import io.troupe.actors.cluster.coordinator.CoordinatorEvents;
import io.troupe.actors.cluster.coordinator.CoordinatorSettings;
import io.troupe.actors.cluster.protocol.BulkMessage.Scored;
import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.cluster.protocol.ControlMessage.Assign;
import io.troupe.actors.cluster.protocol.ControlMessage.Decoded;
import io.troupe.actors.cluster.protocol.ControlMessage.Finish;
import io.troupe.actors.cluster.protocol.ControlMessage.Finished;
import io.troupe.actors.cluster.protocol.ControlMessage.LearnerHello;
import io.troupe.actors.cluster.protocol.ControlMessage.NewVersion;
import io.troupe.actors.cluster.protocol.ControlMessage.RewardHello;
import io.troupe.actors.cluster.protocol.ControlMessage.RolloutHello;
import io.troupe.actors.cluster.protocol.ControlMessage.StepTrained;
import io.troupe.actors.cluster.protocol.ControlMessage.WeightsReady;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.ledger.LedgerLimits;
import io.troupe.log.disk.FileDisk;
import io.troupe.log.record.LogRecord.RunStarted;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A coordinator with its log on disk, under the load of nodes that answer at once: how many groups
 * it handles is limited by its own code. One thread runs everything, that of the nodes included.
 */
public final class CoordinatorLoad implements CoordinatorEvents {
  /** Changes of a group at the coordinator: assigned, sampled, scored, trained. */
  public static final int EVENTS_PER_GROUP = 4;

  private static final Duration HOUR = Duration.ofHours(1);
  private static final ClusterDeadlines DEADLINES =
      new ClusterDeadlines(
          Duration.ofMillis(500),
          HOUR,
          Duration.ofMillis(1),
          HOUR,
          HOUR,
          HOUR,
          HOUR,
          HOUR,
          HOUR,
          HOUR,
          HOUR,
          HOUR);
  private static final int CREDITS = 8;
  private static final long SEED = 1;

  private final Shape shape;
  private final LoadEnvironment environment = new LoadEnvironment();
  private final NodeId self = new NodeId("coordinator", 1);
  private final NodeId learner = new NodeId("learner", 1);
  private final List<NodeId> rollouts;
  private final List<NodeId> rewards;
  private final LocalExperienceLog log;
  private final CoordinatorCore core;
  private final int[] tokens;
  private long step;
  private boolean isEnded;

  /**
   * The size of the load.
   *
   * @param numRollouts rollout nodes
   * @param numRewards reward nodes
   * @param steps steps of the run
   * @param groupsPerStep groups of a step
   * @param numGenerations samples of a group
   * @param tokensPerSample tokens of a sample
   */
  public record Shape(
      int numRollouts,
      int numRewards,
      int steps,
      int groupsPerStep,
      int numGenerations,
      int tokensPerSample) {

    /** Number of groups in all steps. */
    public long numGroups() {
      return (long) steps * groupsPerStep;
    }
  }

  private CoordinatorLoad(Shape shape, Path folder) throws IOException {
    this.shape = shape;
    rollouts = nodes("rollout-", shape.numRollouts());
    rewards = nodes("reward-", shape.numRewards());
    tokens = IntStream.range(0, shape.tokensPerSample()).toArray();
    log = new LocalExperienceLog(FileDisk.create(folder), self.name());
    LedgerLimits limits = new LedgerLimits(shape.steps(), shape.groupsPerStep(), 1, 3);
    core =
        new CoordinatorCore(
            self,
            CoordinatorSettings.of(limits, shape.numGenerations(), SEED, DEADLINES),
            environment,
            log,
            new RunStarted("load", "", ""),
            this);
  }

  private static List<NodeId> nodes(String prefix, int number) {
    return IntStream.range(0, number).mapToObj(i -> new NodeId(prefix + i, 1)).toList();
  }

  /**
   * Runs all steps.
   *
   * @param folder of the log, empty
   * @throws IOException if the log cannot be written
   */
  public static void run(Shape shape, Path folder) throws IOException {
    CoordinatorLoad load = new CoordinatorLoad(shape, folder);
    try (LocalExperienceLog log = load.log) {
      log.lead(load.core);
      load.sendHellos();
      while (!load.isEnded) {
        load.turn();
      }
    }
  }

  private void sendHellos() throws IOException {
    log.commitAll();
    rewards.forEach(node -> core.on(new RewardHello(0, node, List.of())));
    core.on(new LearnerHello(0, learner, 0, 0, 0, true));
    rollouts.forEach(node -> core.on(new RolloutHello(0, node, 0, CREDITS, List.of())));
  }

  /** Answers all messages, makes records durable, and runs timers that are due. */
  private void turn() throws IOException {
    environment.runTimers();
    for (LoadEnvironment.Sent sent = environment.next(); sent != null; sent = environment.next()) {
      answer(sent);
    }
    log.commitAll();
  }

  private void answer(LoadEnvironment.Sent sent) {
    switch (sent.message()) {
      case Assign assign -> {
        core.on(new Decoded(assign.epoch(), sent.to(), assign.groupId(), assign.attempt()));
        core.on(
            new Scored(
                assign.epoch(),
                assign.attempt(),
                scored(assign.groupId()),
                sent.to(),
                assign.reward()));
      }
      case NewVersion version ->
          core.on(new WeightsReady(version.epoch(), sent.to(), version.version()));
      case Finish finish -> core.on(new Finished(finish.epoch(), learner, finish.step(), Map.of()));
      case LoadEnvironment.Entries(List<LogEntry> entries) -> entries.forEach(this::train);
      default -> {}
    }
  }

  private ScoredGroup scored(long groupId) {
    Prompt prompt = new Prompt(groupId, "prompt", new int[] {1}, Map.of());
    List<Completion> completions = new ArrayList<>();
    List<Score> scores = new ArrayList<>();
    long[] versions = new long[tokens.length];
    Arrays.fill(versions, step);
    for (int i = 0; i < shape.numGenerations(); i++) {
      completions.add(
          new Completion(
              i,
              tokens,
              new float[tokens.length],
              versions,
              "text",
              new FinishReason.LengthLimit(tokens.length)));
      scores.add(new Score.Scored(1, Map.of()));
    }
    GroupSpec spec = new GroupSpec(groupId, prompt, shape.numGenerations(), SEED);
    return new ScoredGroup(new SampledGroup(spec, completions), scores);
  }

  private void train(LogEntry entry) {
    if (RecordCodec.isBatch(entry)) {
      step++;
      int samples = shape.groupsPerStep() * shape.numGenerations();
      core.on(
          new StepTrained(core.epoch(), learner, step, step, entry.index() + 1, samples, Map.of()));
    } else {
      core.on(new LearnerHello(core.epoch(), learner, step, step, entry.index() + 1, true));
    }
  }

  @Override
  public void onResigned(String reason) {
    throw new IllegalStateException("the coordinator resigned: " + reason);
  }

  @Override
  public void onEnded(long lastStep, Map<String, Double> summary, String failure) {
    if (!failure.isEmpty()) {
      throw new IllegalStateException(failure);
    }
    isEnded = true;
  }
}
