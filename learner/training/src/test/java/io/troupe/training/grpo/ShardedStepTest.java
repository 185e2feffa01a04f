package io.troupe.training.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.tensor.memory.MemoryUse;
import io.troupe.training.shard.ShardDifferenceException;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardSum;
import io.troupe.training.shard.ShardTree;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedStepTest {
  private static final ShardRange FIRST = new ShardRange(0, 1);

  private TestLearner learner;
  private List<ScoredGroup> groups;

  @BeforeEach
  void open() {
    open(Map.of("num-iterations", 2));
  }

  private void open(Map<String, Object> settings) {
    learner = TestLearner.of(1, TestLearner.config(settings, 4));
    groups = MixedBatch.of(learner, 0, 3);
  }

  @AfterEach
  void close() {
    learner.close();
  }

  private static float[] floats(ShardSum sum) {
    return sum.gradient().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 7, 8, 30})
  void sumOfTheRootIsThatOfTheShardsInTheOrderOfTheTree(int numShards) {
    try (TestLearner sharded = TestLearner.of(1, TestLearner.config(Map.of(), numShards));
        ShardedStep parts = sharded.trainer().begin(groups);
        TestLearner other = TestLearner.of(1, TestLearner.config(Map.of(), numShards));
        ShardedStep whole = other.trainer().begin(groups)) {
      float[] expected = add(parts, parts.tree().root());

      assertThat(floats(whole.compute(whole.tree().root()))).isEqualTo(expected);
    }
  }

  /** Adds shard by shard, each of them computed on its own. */
  private static float[] add(ShardedStep step, ShardRange node) {
    if (node.count() == 1) {
      return floats(step.compute(node));
    }
    float[] left = add(step, ShardTree.left(node));
    float[] right = add(step, ShardTree.right(node));
    if (left.length == 0 || right.length == 0) {
      return left.length == 0 ? right : left;
    }
    for (int i = 0; i < left.length; i++) {
      left[i] += right[i];
    }
    return left;
  }

  @Test
  void gradientOfShardsIsThatOfTheWholeBatchExceptForRounding() {
    float[] sharded;
    try (ShardedStep step = learner.trainer().begin(groups)) {
      sharded = floats(step.compute(step.tree().root()));
    }
    try (TestLearner single = TestLearner.of(1, TestLearner.config(Map.of(), 1));
        ShardedStep step = single.trainer().begin(groups)) {
      float[] whole = floats(step.compute(step.tree().root()));
      double largest = 0;
      for (float value : whole) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(largest).isPositive();
      for (int i = 0; i < whole.length; i++) {
        assertThat((double) sharded[i]).isCloseTo(whole[i], within(1e-6 * largest));
      }
      assertThat(sharded).isNotEqualTo(whole);
    }
  }

  @Test
  void shardWithoutAGradientHasAnEmptyOne() {
    List<ScoredGroup> equal = List.of(groups.get(1), groups.get(0), groups.get(1), groups.get(1));
    try (ShardedStep step = learner.trainer().begin(equal)) {
      assertThat(step.compute(FIRST).gradient().byteSize()).isZero();
      assertThat(step.compute(FIRST).tokens().byteSize()).isPositive();
      assertThat(step.compute(new ShardRange(2, 2)).gradient().byteSize()).isZero();
      assertThat(step.compute(new ShardRange(1, 1)).gradient().byteSize())
          .isEqualTo(learner.trainer().layout().sizeBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "small passes", "checkpointing"})
  void partsAreFinalWhenTheyAreHandedOut(String kind) {
    learner.close();
    open(
        switch (kind) {
          case "small passes" -> Map.of("micro-batch-tokens", 20);
          case "checkpointing" -> Map.of("gradient-checkpointing", true);
          default -> Map.of();
        });
    try (ShardedStep step = learner.trainer().begin(groups)) {
      byte[] received = new byte[(int) learner.trainer().layout().sizeBytes()];
      List<Long> offsets = new ArrayList<>(List.of((long) received.length));
      ShardSum sum =
          step.compute(
              step.tree().root(),
              (offset, part) -> {
                assertThat(offset + part.byteSize()).isEqualTo(offsets.getLast());
                MemorySegment.ofArray(received).asSlice(offset).copyFrom(part);
                offsets.add(offset);
              });

      assertThat(received).isEqualTo(sum.gradient().toArray(ValueLayout.JAVA_BYTE));
      assertThat(offsets).hasSizeGreaterThan(4).endsWith(0L);
    }
  }

  @Test
  void firstPartIsHandedOutBeforeTheLastOneIsComputed() {
    try (ShardedStep step = learner.trainer().begin(groups)) {
      var first = learner.policy().namedParameters().firstEntry().getValue();
      List<Boolean> begun = new ArrayList<>();
      step.compute(FIRST, (_, _) -> begun.add(first.grad() != null));

      assertThat(begun).startsWith(false).endsWith(true);
    }
  }

  @Test
  void retainedSumIsReadableAfterTheStep() {
    ShardSum sum;
    float[] before;
    try (ShardedStep step = learner.trainer().begin(groups)) {
      step.compute(new ShardRange(2, 2));
      sum = step.compute(new ShardRange(0, 2)).retain();
      before = floats(sum);
      step.finishIteration();
      assertThat(floats(sum)).isEqualTo(before);
    }
    sum.close();

    assertThatThrownBy(sum::gradient).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(sum::retain).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void missingShardsStopTheIteration() {
    try (ShardedStep step = learner.trainer().begin(groups)) {
      step.compute(new ShardRange(2, 1));

      assertThat(step.missing()).containsExactly(new ShardRange(0, 2), new ShardRange(3, 1));
      assertThatThrownBy(step::finishIteration)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "shards [[0, 2), [3, 4)] must be computed or provided before their gradients are"
                  + " added up");
      assertThatThrownBy(step::finish)
          .hasMessage("training step 1 must have 2 finished iterations, got 0");
    }
  }

  @Test
  void sumsThatAreNotFiniteAreRejected() {
    try (ShardedStep step = learner.trainer().begin(groups)) {
      ShardSum sum = copyFromPeer(FIRST);
      sum.gradient().set(ValueLayout.JAVA_FLOAT_UNALIGNED, 40, Float.NaN);
      assertThatThrownBy(() -> step.provide(sum))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sum of shards [0, 1) must be finite, got NaN or infinity; compute it here");
      ShardSum tokens = copyFromPeer(FIRST);
      tokens.tokens().set(ValueLayout.JAVA_DOUBLE_UNALIGNED, 8, Double.NEGATIVE_INFINITY);
      assertThatThrownBy(() -> step.provide(tokens)).hasMessageContaining("must be finite");

      assertThat(step.missing()).containsExactly(step.tree().root());
      assertThat(usedForGradients()).isZero();
    }
  }

  @Test
  void sumsThatDoNotFitAreRejected() {
    var layout = learner.trainer().layout();
    long bytes = layout.sizeBytes();
    try (ShardedStep step = learner.trainer().begin(groups)) {
      assertRejected(
          step,
          layout.allocateSum(FIRST, 1, bytes, 8),
          "sum of shards [0, 1) must be of iteration 0, got 1");
      assertRejected(
          step,
          layout.allocateSum(FIRST, 0, 0, 8),
          "sum of shards [0, 1) must have bytes of a gradient: " + bytes + ", got 0");
      assertRejected(
          step,
          layout.allocateSum(FIRST, 0, bytes, 16),
          "sum of shards [0, 1) must have bytes of tokens: ");
      assertRejected(
          step,
          layout.allocateSum(new ShardRange(1, 2), 0, bytes, 16),
          "range of shards must be a node of the tree over 4 shards, got [1, 3)");

      assertThat(step.missing()).containsExactly(step.tree().root());
      assertThat(usedForGradients()).isZero();
    }
    assertThatThrownBy(() -> layout.allocateSum(FIRST, 0, bytes - 4, 8))
        .hasMessage(
            "gradient of shards [0, 1) must have 0 or %d bytes, got %d"
                .formatted(bytes, bytes - 4));
    assertThatThrownBy(() -> layout.allocateSum(FIRST, 0, 0, 12))
        .hasMessage("tokens of shards [0, 1) must have a multiple of 8 bytes, got 12");
  }

  private static void assertRejected(ShardedStep step, ShardSum sum, String message) {
    assertThatThrownBy(() -> step.provide(sum))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private long usedForGradients() {
    return learner.engine().memory().usedBytes(MemoryUse.GRADIENTS);
  }

  @Test
  void repeatedSumsTakeNoMemory() {
    try (ShardedStep step = learner.trainer().begin(groups)) {
      assertThat(step.provide(copyFromPeer(FIRST))).isTrue();
      long used = usedForGradients();
      assertThat(step.provide(copyFromPeer(FIRST))).isFalse();
      step.compute(FIRST);

      assertThat(usedForGradients()).isEqualTo(used).isPositive();
    }
  }

  @Test
  void differentSumsOfTheSameShardsAreReported() {
    try (ShardedStep step = learner.trainer().begin(groups)) {
      step.compute(FIRST);
      ShardSum other = copyFromPeer(FIRST);
      float value = other.gradient().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
      other.gradient().set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, Math.nextUp(value));

      assertThatThrownBy(() -> step.provide(other))
          .isInstanceOf(ShardDifferenceException.class)
          .hasMessageContaining("sums of shards [0, 1) must be equal bit for bit");
    }
  }

  /** The sum that another learner computes, in memory of this one. */
  private ShardSum copyFromPeer(ShardRange range) {
    try (TestLearner peer = TestLearner.of(1, TestLearner.config(Map.of("num-iterations", 2), 4));
        ShardedStep step = peer.trainer().begin(groups)) {
      ShardSum sum = step.compute(range);
      ShardSum copy =
          learner
              .trainer()
              .layout()
              .allocateSum(range, 0, sum.gradient().byteSize(), sum.tokens().byteSize());
      copy.gradient().copyFrom(sum.gradient());
      copy.tokens().copyFrom(sum.tokens());
      return copy;
    }
  }

  @Test
  void onlyOneStepIsOpen() {
    try (ShardedStep step = learner.trainer().begin(groups)) {
      step.compute(FIRST);
      assertThatThrownBy(() -> learner.trainer().begin(groups))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("training step 1 must be finished or closed first");
      assertThatThrownBy(() -> learner.trainer().step(groups))
          .isInstanceOf(IllegalStateException.class);
    }
    learner.trainer().step(groups);
  }

  @Test
  void stepThatIsClosedBetweenIterationsNeedsARestore() {
    var before = learner.trainer().state().copy(java.lang.foreign.Arena.ofAuto());
    try (ShardedStep step = learner.trainer().begin(groups)) {
      step.compute(step.tree().root());
      step.finishIteration();
      assertThatThrownBy(() -> learner.trainer().state()).hasMessageContaining("unfinished step 1");
    }
    assertThatThrownBy(() -> learner.trainer().begin(groups))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "weights must be those of step 0, got those of an unfinished step 1; restore the"
                + " state");
    learner.trainer().restore(before);
    StepMetrics again = learner.trainer().step(groups);

    try (TestLearner other =
        TestLearner.of(1, TestLearner.config(Map.of("num-iterations", 2), 4))) {
      assertThat(other.trainer().step(groups)).isEqualTo(again);
      assertThat(other.state()).isEqualTo(learner.state());
    }
  }

  @Test
  void interruptedStepCanBeginAgain() {
    Thread.currentThread().interrupt();
    try (ShardedStep step = learner.trainer().begin(groups)) {
      assertThatThrownBy(() -> step.compute(step.tree().root()))
          .isInstanceOf(CancellationException.class)
          .hasMessage("training step 1 was interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(learner.trainer().step(groups).step()).isEqualTo(1);
  }

  @Test
  void dropoutIsRejected() {
    learner.policy().train();

    assertThatThrownBy(() -> learner.trainer().step(groups))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("policy must be in evaluation mode with gradient-shards > 1");
  }

  @Test
  void batchWithFewerSamplesThanShardsIsTrained() {
    List<ScoredGroup> one = List.of(groups.getFirst());
    try (TestLearner many = TestLearner.of(1, TestLearner.config(Map.of(), 8));
        TestLearner single = TestLearner.of(1, TestLearner.config(Map.of(), 1))) {
      many.trainer().step(one);
      single.trainer().step(one);
      double[] expected = single.policy().namedParameters().lastEntry().getValue().toDoubles();
      double[] actual = many.policy().namedParameters().lastEntry().getValue().toDoubles();
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(2e-4));
      }
      assertThat(Arrays.stream(actual).allMatch(Double::isFinite)).isTrue();
    }
  }
}
