package io.troupe.training.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.config.WarmStartConfig;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.Fixtures;
import io.troupe.training.optim.NonFiniteLossException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SftTrainerTest {
  private final Engine engine = Engine.of(CpuBackend.create(2));

  @AfterEach
  void close() {
    engine.close();
  }

  private static SftConfig config(int steps, int batchSize) {
    return SftConfig.of(
        new WarmStartConfig("demonstrations.jsonl", steps, batchSize, 0.02), GrpoConfig.defaults());
  }

  /** Counting: each token is followed by the next two numbers. */
  private static List<Demonstration> counting() {
    List<Demonstration> demonstrations = new ArrayList<>();
    for (int i = 3; i < 20; i++) {
      demonstrations.add(new Demonstration(new int[] {1, i}, new int[] {i + 1, i + 2, 2}));
    }
    return demonstrations;
  }

  private double[] train(SftConfig config, long seed) {
    try (CausalLM model = PretrainedModel.load(Fixtures.path("torch/llama"), engine);
        SftTrainer trainer = new SftTrainer(model, config, counting(), seed)) {
      double[] losses = new double[config.steps()];
      for (int step = 0; step < losses.length; step++) {
        losses[step] = trainer.step();
      }
      return losses;
    }
  }

  @Test
  void learnsTheDemonstrations() {
    double[] losses = train(config(120, 8), 1);

    assertThat(losses[0]).isGreaterThan(3);
    assertThat(losses[119]).isLessThan(0.2);
  }

  @Test
  void lossesAreDeterminedByTheSeed() {
    assertThat(train(config(12, 4), 1)).isEqualTo(train(config(12, 4), 1));
    assertThat(train(config(12, 4), 1)).isNotEqualTo(train(config(12, 4), 2));
  }

  @Test
  void lossesDoNotDependOnTheMicroBatchSize() {
    SftConfig whole = config(12, 8);
    SftConfig cut =
        new SftConfig(12, 8, whole.optimizer(), whole.schedule(), 1, whole.logitsBytes());

    double[] expected = train(whole, 1);
    double[] losses = train(cut, 1);
    for (int step = 0; step < losses.length; step++) {
      // sums over tokens are rounded in a different order, and Adam amplifies the difference
      assertThat(losses[step]).as("step %d", step).isCloseTo(expected[step], within(1e-4));
    }
  }

  @Test
  void warmsUpForATenthOfTheSteps() {
    assertThat(config(200, 8).schedule().warmupSteps()).isEqualTo(20);
    assertThat(config(9, 8).schedule().warmupSteps()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 17, 100})
  void eachEpochUsesEveryDemonstrationOnceInANewOrder(int count) {
    DemonstrationOrder order = new DemonstrationOrder(7, count);
    Set<List<Integer>> orders = new HashSet<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Integer> pass = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        pass.add(order.at((long) epoch * count + i));
      }
      assertThat(new HashSet<>(pass)).hasSize(count).allMatch(i -> i >= 0 && i < count);
      orders.add(pass);
    }
    assertThat(orders).hasSize(count < 3 ? orders.size() : 3);
  }

  @Test
  void nonFiniteLossStopsBeforeTheWeightsChange() {
    try (CausalLM model = PretrainedModel.load(Fixtures.path("torch/llama"), engine);
        SftTrainer trainer = new SftTrainer(model, config(10, 2), counting(), 1)) {
      Tensor norm = model.namedParameters().get("model.norm.weight");
      norm.filli(Double.NaN);
      float[] before = model.namedParameters().get("lm_head.weight").toFloats();

      assertThatThrownBy(trainer::step)
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageContaining("fine-tuning step 1: loss=NaN");
      assertThat(model.namedParameters().get("lm_head.weight").toFloats()).isEqualTo(before);
      assertThat(trainer.stepCount()).isZero();
    }
  }

  @Test
  void requiresDemonstrations() {
    try (CausalLM model = PretrainedModel.load(Fixtures.path("torch/llama"), engine)) {
      assertThatThrownBy(() -> new SftTrainer(model, config(1, 1), List.of(), 1))
          .hasMessageContaining("warm-start.data");
    }
  }
}
