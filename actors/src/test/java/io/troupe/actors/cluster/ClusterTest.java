package io.troupe.actors.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cluster.testing.FakeTraining;
import io.troupe.actors.cluster.testing.HashPolicy;
import io.troupe.actors.cluster.testing.TestCluster;
import io.troupe.actors.ledger.LedgerLimits;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LoggedGroup;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All cores together: the weights are a function of the configuration, whatever happens. */
class ClusterTest {
  private static final int STEPS = 9;
  private static final int GROUPS_PER_STEP = 3;
  private static final LedgerLimits LIMITS = new LedgerLimits(STEPS, GROUPS_PER_STEP, 0, 3);

  /** The weights after each step, computed in a loop. */
  private static Map<Long, Long> expectedWeights(int iterations) {
    Map<Long, Long> expected = new TreeMap<>();
    long weights = HashPolicy.start();
    for (int step = 0; step < STEPS; step++) {
      List<ScoredGroup> groups = new ArrayList<>();
      for (int i = 0; i < GROUPS_PER_STEP; i++) {
        GroupSpec spec = HashPolicy.spec((long) step * GROUPS_PER_STEP + i);
        SampledGroup sampled = HashPolicy.sample(spec, step, weights);
        List<Score> scores = sampled.completions().stream().map(HashPolicy::score).toList();
        groups.add(new ScoredGroup(sampled, scores));
      }
      weights = HashPolicy.step(weights, iterations, FakeTraining.NUM_SHARDS, groups);
      expected.put(step + 1L, weights);
    }
    return expected;
  }

  private static TestCluster start(TestCluster cluster, int numLearners) {
    cluster.startCoordinator();
    for (int i = 1; i <= numLearners; i++) {
      cluster.startLearner("learner-" + i, i == 1);
    }
    for (int i = 1; i <= 3; i++) {
      cluster.startRollout("rollout-" + i);
    }
    cluster.startReward("reward-1");
    cluster.startReward("reward-2");
    return cluster;
  }

  private static void assertComplete(TestCluster cluster, int iterations, String description) {
    assertThat(cluster.failure).as("%s: %s", description, cluster.describe()).isEqualTo("");
    assertThat(cluster.endedStep).as(description).isEqualTo(STEPS);
    Map<Long, Long> expected = expectedWeights(iterations);
    for (FakeTraining.Files files : cluster.files.values()) {
      files.checksums.forEach(
          (step, weights) ->
              assertThat(weights)
                  .as("%s, step %d", description, step)
                  .isEqualTo(expected.get(step)));
    }
    assertThat(cluster.files.values().stream().map(files -> files.finalWeights))
        .as(description)
        .contains(expected.get((long) STEPS));
    Set<Long> trained = new HashSet<>();
    for (LogRecord record : cluster.log.records()) {
      if (record instanceof LogRecord.Batch(long _, var groups)) {
        groups.forEach(group -> assertThat(trained.add(group.groupId())).as(description).isTrue());
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void weightsDoNotDependOnTheOrderOfMessagesOrTheNumberOfLearners(long seed) {
    for (int numLearners = 1; numLearners <= 4; numLearners++) {
      int iterations = 1 + (int) (seed % 2);
      TestCluster cluster = start(new TestCluster(seed, LIMITS, iterations, 0, 0), numLearners);
      cluster.run(Duration.ofMinutes(2));
      String description = "seed %d, %d learners".formatted(seed, numLearners);
      assertComplete(cluster, iterations, description);
      assertThat(cluster.files.get("learner-1").recorded)
          .as(description)
          .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }
  }

  /** Processes of all roles are killed at random and start again; messages are lost and doubled. */
  @ParameterizedTest(name = "seeds from {0}")
  @ValueSource(longs = {100, 200, 300, 400, 500, 600, 700, 800})
  void weightsDoNotDependOnKilledProcessesOrLostMessages(long firstSeed) {
    for (long seed = firstSeed; seed < firstSeed + 25; seed++) {
      TestCluster cluster =
          start(new TestCluster(seed, LIMITS, 1, 0.03, 0.03), 1 + (int) (seed % 4));
      Random random = new Random(seed);
      List<String> names = List.copyOf(cluster.processes.keySet());
      for (int i = 0; i < 4; i++) {
        String name = names.get(random.nextInt(names.size()));
        cluster.time.after(
            (long) (random.nextDouble() * 3e9), () -> cluster.crash(name, random.nextInt(3000)));
      }
      cluster.run(Duration.ofMinutes(4));
      assertComplete(cluster, 1, "seed " + seed);
    }
  }

  /** Processes of all roles are paused at random, for longer than their leases. */
  @ParameterizedTest(name = "seeds from {0}")
  @ValueSource(longs = {1000, 1100, 1200, 1300})
  void weightsDoNotDependOnPausedProcesses(long firstSeed) {
    for (long seed = firstSeed; seed < firstSeed + 25; seed++) {
      TestCluster cluster = start(new TestCluster(seed, LIMITS, 2, 0, 0), 1 + (int) (seed % 4));
      Random random = new Random(seed);
      List<String> names = List.copyOf(cluster.processes.keySet());
      for (int i = 0; i < 4; i++) {
        String name = names.get(random.nextInt(names.size()));
        long duration = (long) ((0.5 + random.nextDouble() * 20) * 1e9);
        cluster.time.after(
            (long) (random.nextDouble() * 3e9), () -> cluster.processes.get(name).pause(duration));
      }
      cluster.run(Duration.ofMinutes(4));
      assertComplete(cluster, 2, "seed " + seed);
    }
  }

  /** Also when messages are lost: the learners end with the run, so the run waits. */
  @Test
  void aFollowerHasTheLastWeightsWhenTheRunEnds() {
    for (long seed = 1; seed <= 60; seed++) {
      double lost = seed % 2 == 0 ? 0 : 0.05;
      TestCluster cluster = start(new TestCluster(seed, LIMITS, 1, lost, lost), 1);
      cluster.startFollower("follower-1");
      cluster.run(Duration.ofMinutes(2));
      assertComplete(cluster, 1, "seed " + seed);
      assertThat(cluster.rollouts.get("follower-1").policyVersion())
          .as("seed %d, version of the follower at the end", seed)
          .isEqualTo(STEPS);
    }
  }

  @Test
  void asynchronousRunTrainsEveryGroupOnceOrDropsItWithAReason() {
    for (long seed = 1; seed <= 40; seed++) {
      LedgerLimits limits = new LedgerLimits(STEPS, GROUPS_PER_STEP, 2, 3);
      TestCluster cluster = start(new TestCluster(seed, limits, 1, 0.02, 0.02), 2);
      Random random = new Random(seed);
      List<String> names = List.copyOf(cluster.processes.keySet());
      for (int i = 0; i < 3; i++) {
        String name = names.get(random.nextInt(names.size()));
        cluster.time.after(
            (long) (random.nextDouble() * 3e9), () -> cluster.crash(name, random.nextInt(3000)));
      }
      cluster.run(Duration.ofMinutes(4));
      String description = "seed %d: %s".formatted(seed, cluster.describe());
      assertThat(cluster.failure).as(description).isEqualTo("");
      assertOnceOrDropped(cluster, description);
    }
  }

  private static void assertOnceOrDropped(TestCluster cluster, String description) {
    Set<Long> ended = new HashSet<>();
    long weights = HashPolicy.start();
    for (LogRecord record : cluster.log.records()) {
      switch (record) {
        case LogRecord.Batch(long step, var groups) -> {
          List<ScoredGroup> batch = groups.stream().map(LoggedGroup::group).toList();
          for (ScoredGroup group : batch) {
            assertThat(ended.add(group.group().spec().groupId())).as(description).isTrue();
            assertThat(group.group().oldestPolicyVersion())
                .as(description)
                .isBetween(step - 3, step - 1);
          }
          weights = HashPolicy.step(weights, 1, FakeTraining.NUM_SHARDS, batch);
        }
        case LogRecord.Dropped dropped ->
            assertThat(ended.add(dropped.groupId())).as(description).isTrue();
        case LogRecord.Committed(long step, long checksum, int _) ->
            assertThat(checksum).as("%s, step %d", description, step).isEqualTo(weights);
        default -> {}
      }
    }
  }
}
