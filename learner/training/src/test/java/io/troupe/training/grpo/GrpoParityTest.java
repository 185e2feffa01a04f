package io.troupe.training.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.Fixtures;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.schedule.LearningRateSchedule;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Advantages, loss, gradient and metrics against TRL. */
class GrpoParityTest {
  static List<TrlCase> cases() {
    return TrlCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossGradientAndMetricsEqualTrl(TrlCase trl) {
    check(trl, 8192, 1);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalTrlWhenCutIntoSmallPasses(TrlCase trl) {
    check(trl, 9, 1);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalTrlWhenSummedInShards(TrlCase trl) {
    check(trl, 8192, 2);
    check(trl, 8192, 4);
    check(trl, 9, 5);
  }

  private static void check(TrlCase trl, int microBatchTokens, int gradientShards) {
    GrpoConfig config = trl.config(microBatchTokens, gradientShards);
    Advantages advantages =
        Advantages.of(config.scaleRewards(), trl.rewards(), new int[] {4, 4, 4});
    assertAll("advantages", advantages.values(), trl.advantages(), trl.isLlama() ? 1e-5 : 1e-6);
    try (Engine engine = Engine.of(CpuBackend.create(1));
        CausalLM policy = load(trl.policyFolder(), engine, trl);
        CausalLM reference = load(trl.referenceFolder(), engine, trl);
        Scope _ = engine.open("test");
        Optimizer optimizer =
            Optimizer.of(
                new OptimizerConfig.Sgd(
                    trl.learningRate(), 0, 0, false, 0, new WeightDecayOn.Matrices(), 0),
                policy.namedParameters())) {
      GrpoTrainer trainer =
          new GrpoTrainer(
              policy,
              config.beta() > 0 ? reference : null,
              config,
              optimizer,
              new LearningRateSchedule(new ScheduleConfig.Constant(0), trl.learningRate(), 1));
      trainer.resume(new GrpoTrainer.Progress(TrlCase.VERSION, 0));
      AtomicReference<double[]> gradientOfStep = new AtomicReference<>();
      trainer.beforeUpdate(() -> gradientOfStep.set(gradient(policy)));
      StepMetrics metrics = trainer.step(trl.groups());
      checkMetrics(trl, metrics);
      double[] gradient = gradientOfStep.get();
      assertAll("gradient", gradient, trl.gradient(gradient.length), trl.isLlama() ? 1e-4 : 1e-6);
    }
  }

  private static CausalLM load(String folder, Engine engine, TrlCase trl) {
    return PretrainedModel.load(Fixtures.path(folder), engine, trl.dtype());
  }

  private static void checkMetrics(TrlCase trl, StepMetrics metrics) {
    double tolerance = trl.isLlama() ? 2e-5 : 1e-6;
    assertClose("loss", metrics.values().get("loss"), trl.meanLoss(), tolerance, tolerance * 1e-3);
    trl.metrics()
        .forEach(
            (name, expected) -> {
              assertThat(metrics.values()).containsKey(name);
              assertClose(name, metrics.values().get(name), expected, tolerance, 1e-12);
            });
  }

  private static double[] gradient(CausalLM policy) {
    return new TreeMap<>(policy.namedParameters())
        .values().stream()
            .map(Tensor::grad)
            .flatMapToDouble(grad -> Arrays.stream(grad.toDoubles()))
            .toArray();
  }

  /**
   * Compares with a tolerance relative to each element or, where sums cancel out, to a hundredth of
   * the largest element. The tolerance for FLOAT32 is PyTorch's own rounding error. The tolerance
   * for FLOAT64 is 1e-6.
   */
  private static void assertAll(String name, double[] actual, double[] expected, double tolerance) {
    assertThat(actual).as(name).hasSameSizeAs(expected);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < expected.length; i++) {
      assertClose(
          name + "[" + i + "]",
          actual[i],
          expected[i],
          tolerance,
          tolerance * Math.max(1e-9, 1e-2 * largest));
    }
  }

  private static void assertClose(
      String name, double actual, double expected, double relative, double absolute) {
    double allowed = Math.max(absolute, relative * Math.abs(expected));
    assertThat(actual).as(name).isCloseTo(expected, within(allowed));
  }
}
