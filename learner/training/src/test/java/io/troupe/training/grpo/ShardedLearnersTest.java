package io.troupe.training.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.tensor.memory.MemoryUse;
import io.troupe.training.shard.GradientLayout;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardSum;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Learners that divide the shards of steps among themselves at random, over a lossy network. */
class ShardedLearnersTest {
  private static final int STEPS = 2;

  /** The contents of a sum on their way to another learner. */
  private record Message(ShardRange range, int iteration, byte[] gradient, byte[] tokens) {
    static Message of(ShardSum sum) {
      return new Message(
          sum.range(),
          sum.iteration(),
          sum.gradient().toArray(ValueLayout.JAVA_BYTE),
          sum.tokens().toArray(ValueLayout.JAVA_BYTE));
    }

    void deliver(ShardedStep step, GradientLayout layout) {
      ShardSum sum = layout.allocateSum(range, iteration, gradient.length, tokens.length);
      sum.gradient().copyFrom(MemorySegment.ofArray(gradient));
      sum.tokens().copyFrom(MemorySegment.ofArray(tokens));
      step.provide(sum);
    }
  }

  static List<Map<String, Object>> settings() {
    return List.of(
        Map.of(),
        Map.of("beta", 0.1, "num-iterations", 2, "micro-batch-tokens", 20),
        Map.of("loss-type", "grpo", "mask-truncated-completions", true, "num-iterations", 3),
        Map.of("loss-type", "dr_grpo", "scale-rewards", "batch", "delta", 1.5),
        Map.of("loss-type", "bnpo", "gradient-checkpointing", true, "beta", 0.02));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everyDivisionOfTheWorkEqualsTheLocalRunBitForBit(Map<String, Object> settings) {
    for (int shards : new int[] {1, 2, 3, 4, 8}) {
      GrpoConfig config = TestLearner.config(settings, shards);
      List<List<ScoredGroup>> batches = new ArrayList<>();
      List<StepMetrics> expected = new ArrayList<>();
      try (TestLearner local = TestLearner.of(1, config)) {
        for (int step = 0; step < STEPS; step++) {
          batches.add(MixedBatch.of(local, step, 17 + step));
          expected.add(local.trainer().step(batches.get(step)));
        }
        local.optimizer().zeroGrad();
        for (int learners = 1; learners <= 4; learners++) {
          long seed = 100 * shards + learners;
          check(config, learners, seed, batches, expected, local);
        }
      }
    }
  }

  private static void check(
      GrpoConfig config,
      int numLearners,
      long seed,
      List<List<ScoredGroup>> batches,
      List<StepMetrics> expected,
      TestLearner local) {
    Random random = new Random(seed);
    List<TestLearner> learners =
        IntStream.range(0, numLearners)
            .mapToObj(_ -> TestLearner.of(1 + random.nextInt(2), config))
            .toList();
    for (int step = 0; step < STEPS; step++) {
      List<StepMetrics> metrics = step(learners, batches.get(step), random);
      for (int i = 0; i < numLearners; i++) {
        String place = "seed %d, step %d, learner %d".formatted(seed, step, i);
        assertThat(metrics.get(i)).as(place).isEqualTo(expected.get(step));
      }
    }
    for (TestLearner learner : learners) {
      assertThat(learner.state()).as("seed %d", seed).isEqualTo(local.state());
      assertThat(learner.engine().memory().usedBytes(MemoryUse.GRADIENTS)).isZero();
      learner.close();
    }
  }

  private static List<StepMetrics> step(
      List<TestLearner> learners, List<ScoredGroup> groups, Random random) {
    List<ShardedStep> steps = new ArrayList<>();
    for (TestLearner learner : learners) {
      if (random.nextInt(3) == 0) {
        try (ShardedStep abandoned = learner.trainer().begin(groups)) {
          abandoned.compute(new ShardRange(random.nextInt(abandoned.tree().numShards()), 1));
        }
      }
      steps.add(learner.trainer().begin(groups));
    }
    for (int iteration = 0; iteration < steps.getFirst().numIterations(); iteration++) {
      iterate(learners, steps, random);
    }
    return steps.stream().map(ShardedStep::finish).toList();
  }

  private static void iterate(List<TestLearner> learners, List<ShardedStep> steps, Random random) {
    List<List<Message>> inboxes = new ArrayList<>();
    steps.forEach(_ -> inboxes.add(new ArrayList<>()));
    for (ShardedStep step : steps) {
      for (ShardRange node : someNodes(step, random)) {
        Message message = Message.of(step.compute(node));
        for (int to = 0; to < steps.size(); to++) {
          int copies = random.nextInt(3); // 0: lost, 2: doubled
          if (steps.get(to) != step) {
            inboxes.get(to).addAll(Collections.nCopies(copies, message));
          }
        }
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      finish(learners.get(i).trainer().layout(), steps.get(i), inboxes.get(i), random);
    }
  }

  private static List<ShardRange> someNodes(ShardedStep step, Random random) {
    int everyNth = 1 + random.nextInt(4);
    List<ShardRange> nodes = new ArrayList<>(step.tree().cover(_ -> random.nextInt(everyNth) == 0));
    Collections.shuffle(nodes, random);
    return nodes;
  }

  /** Delivers messages and computes shards, some of them late, in random order. */
  private static void finish(
      GradientLayout layout, ShardedStep step, List<Message> inbox, Random random) {
    List<Runnable> events = new ArrayList<>();
    inbox.forEach(message -> events.add(() -> message.deliver(step, layout)));
    someNodes(step, random).forEach(node -> events.add(() -> step.compute(node)));
    Collections.shuffle(events, random);
    events.forEach(Runnable::run);
    List<ShardRange> missing = new ArrayList<>(step.missing());
    Collections.shuffle(missing, random);
    missing.forEach(step::compute);
    assertThat(step.missing()).isEmpty();
    step.finishIteration();
  }
}
