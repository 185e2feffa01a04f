package io.troupe.training.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.Fixtures;
import io.troupe.training.optim.NonFiniteLossException;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.schedule.LearningRateSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpoTrainerTest {
  private static final OptimizerConfig ADAM_W =
      new OptimizerConfig.AdamW(0.02, 0.9, 0.999, 1e-8, 0.01, new WeightDecayOn.Matrices(), 1);

  private static GrpoConfig config(Map<String, Object> settings) {
    return GrpoConfig.from(
        ConfigFactory.parseMap(settings)
            .withFallback(
                ConfigFactory.parseMap(Map.of("num-generations", 8, "max-completion-length", 6))));
  }

  /** A tiny policy with its engine, optimizer and trainer. */
  private record Training(Engine engine, CausalLM policy, Optimizer optimizer, GrpoTrainer trainer)
      implements AutoCloseable {

    static Training of(int threads, GrpoConfig config) {
      return of(threads, config, ADAM_W.learningRate());
    }

    static Training of(int threads, GrpoConfig config, double learningRate) {
      Engine engine = Engine.of(CpuBackend.create(threads));
      CausalLM policy = PretrainedModel.load(Fixtures.path("torch/llama"), engine);
      policy.gradientCheckpointing(config.gradientCheckpointing());
      Optimizer optimizer = Optimizer.of(ADAM_W, policy.namedParameters());
      LearningRateSchedule schedule =
          new LearningRateSchedule(new ScheduleConfig.Constant(0), learningRate, 100);
      CausalLM reference = config.beta() > 0 ? PretrainedModel.copy(policy, engine) : null;
      return new Training(
          engine,
          policy,
          optimizer,
          new GrpoTrainer(policy, reference, config, optimizer, schedule));
    }

    List<ScoredGroup> sample(long seed) {
      return new TokenTask(policy).groups(4, 8, trainer.policyVersion(), seed);
    }

    double[] weights() {
      return policy.namedParameters().values().stream()
          .flatMapToDouble(weight -> Arrays.stream(weight.toDoubles()))
          .toArray();
    }

    @Override
    public void close() {
      optimizer.close();
      policy.close();
      engine.close();
    }
  }

  @Test
  void raisesRewardOnAToyTask() {
    try (Training training = Training.of(2, config(Map.of()))) {
      double first = training.trainer().step(training.sample(0)).values().get("reward");
      double last = 0;
      for (int step = 1; step < 40; step++) {
        last = training.trainer().step(training.sample(step)).values().get("reward");
      }

      assertThat(first).isLessThan(0.4);
      assertThat(last).isGreaterThan(0.9);
      assertThat(training.weights()).doesNotContain(Double.NaN);
      assertThat(training.trainer().policyVersion()).isEqualTo(40);
    }
  }

  @Test
  void everyParameterChanges() {
    try (Training training = Training.of(1, config(Map.of()))) {
      Map<String, Tensor> parameters = training.policy().namedParameters();
      Map<String, double[]> before = new java.util.LinkedHashMap<>();
      parameters.forEach((name, value) -> before.put(name, value.toDoubles()));
      training.trainer().step(training.sample(0));

      before.forEach(
          (name, value) ->
              assertThat(parameters.get(name).toDoubles()).as(name).isNotEqualTo(value));
    }
  }

  @Test
  void weightsDoNotDependOnThreadsBitForBit() {
    assertThat(weightsAfterTwoSteps(2, 8192)).isEqualTo(weightsAfterTwoSteps(1, 8192));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 33})
  void weightsDoNotDependOnTheMicroBatchSize(int microBatchTokens) {
    double[] whole = weightsAfterTwoSteps(1, 8192);
    double[] cut = weightsAfterTwoSteps(1, microBatchTokens);
    for (int i = 0; i < whole.length; i++) {
      // Gradients are summed in a different order. Where a gradient is close to 0, Adam scales its
      // rounding error up to a fraction of the learning rate, 0.02.
      assertThat(cut[i]).as("weight %d", i).isCloseTo(whole[i], within(2e-4));
    }
  }

  @Test
  void weightsDoNotDependOnGradientCheckpointingBitForBit() {
    assertThat(weightsAfterTwoSteps(2, Map.of("gradient-checkpointing", true)))
        .isEqualTo(weightsAfterTwoSteps(2, Map.of("gradient-checkpointing", false)));
  }

  private static double[] weightsAfterTwoSteps(int threads, int microBatchTokens) {
    return weightsAfterTwoSteps(threads, Map.of("micro-batch-tokens", microBatchTokens));
  }

  private static double[] weightsAfterTwoSteps(int threads, Map<String, Object> settings) {
    Map<String, Object> all = new java.util.HashMap<>(Map.of("beta", 0.1, "num-iterations", 2));
    all.putAll(settings);
    GrpoConfig config = config(all);
    try (Training training = Training.of(threads, config)) {
      List<ScoredGroup> first = training.sample(0);
      training.trainer().step(first);
      training.trainer().step(first); // the samples are now from an older policy
      return training.weights();
    }
  }

  @Test
  void onPolicyRatiosAreOneForAnyRecordedLogProbs() {
    try (Training training = Training.of(1, config(Map.of("epsilon", 0.0)))) {
      List<ScoredGroup> groups =
          training.sample(0).stream().map(GrpoTrainerTest::withLogProbsOff).toList();
      Map<String, Double> values = training.trainer().step(groups).values();

      assertThat(values.get("clip_ratio/region_mean")).isZero();
      assertThat(values.get("logprob_gap_max")).isCloseTo(0.5, within(1e-5));
      Map<String, Double> later = training.trainer().step(groups).values();
      assertThat(later.get("clip_ratio/region_mean")).isGreaterThan(0.5);
      assertThat(later).doesNotContainKey("logprob_gap_max");
    }
  }

  private static ScoredGroup withLogProbsOff(ScoredGroup scored) {
    return TokenTask.map(
        scored,
        completion -> {
          float[] off = completion.logProbs().clone();
          for (int t = 0; t < off.length; t++) {
            off[t] -= 0.5f;
          }
          return new Completion(
              completion.sampleIndex(),
              completion.tokenIds(),
              off,
              completion.policyVersions(),
              "",
              completion.finishReason());
        });
  }

  @Test
  void recordedLogProbsEqualThoseOfTheLearner() {
    try (Training training = Training.of(1, config(Map.of()))) {
      Map<String, Double> values = training.trainer().step(training.sample(0)).values();

      assertThat(values.get("logprob_gap_max")).isLessThan(1e-5);
    }
  }

  @Test
  void groupsWithZeroStdChangeNoWeights() {
    try (Training training = Training.of(1, config(Map.of()))) {
      List<ScoredGroup> equal = scored(training.sample(0), new Score.Scored(0.3, Map.of()));
      double[] gradients;
      StepMetrics metrics = training.trainer().step(equal);
      gradients =
          training.policy().namedParameters().values().stream()
              .flatMapToDouble(parameter -> Arrays.stream(parameter.grad().toDoubles()))
              .toArray();

      assertThat(gradients).containsOnly(0);
      assertThat(metrics.values().get("entropy")).isPositive();
      assertThat(metrics.values().get("frac_reward_zero_std")).isEqualTo(1);
    }
  }

  @Test
  void unscorableSamplesAreCountedAndNotTrained() {
    try (Training training = Training.of(1, config(Map.of()))) {
      StepMetrics metrics =
          training.trainer().step(scored(training.sample(0), new Score.Unscorable("timeout")));

      assertThat(metrics.samplesTrained()).isZero();
      assertThat(metrics.values().get("frac_unscorable")).isEqualTo(1);
      assertThat(metrics.values()).doesNotContainKey("reward");
      assertThat(metrics.values().get("grad_norm")).isZero();
    }
  }

  private static List<ScoredGroup> scored(List<ScoredGroup> groups, Score score) {
    return groups.stream()
        .map(
            group ->
                new ScoredGroup(
                    group.group(), group.scores().stream().<Score>map(ignored -> score).toList()))
        .toList();
  }

  @Test
  void acceptsEmptyCompletions() {
    try (Training training = Training.of(1, config(Map.of()))) {
      List<ScoredGroup> groups =
          training.sample(0).stream()
              .map(
                  scored ->
                      TokenTask.map(
                          scored,
                          c ->
                              c.sampleIndex() % 2 == 0
                                  ? c
                                  : new Completion(
                                      c.sampleIndex(),
                                      new int[0],
                                      new float[0],
                                      new long[0],
                                      "",
                                      new FinishReason.Cancelled("test"))))
              .toList();
      Map<String, Double> values = training.trainer().step(groups).values();

      assertThat(values.get("loss")).isFinite();
      assertThat(values.get("completions/min_length")).isZero();
    }
  }

  @Test
  void nonFiniteLossStopsTheStepAndNamesIt() {
    try (Training training = Training.of(1, config(Map.of("beta", 0.1)))) {
      List<ScoredGroup> groups = training.sample(0);
      training.trainer().resume(new GrpoTrainer.Progress(7, 0));
      training.policy().namedParameters().get("model.norm.weight").filli(Double.NaN);
      double[] before = training.policy().namedParameters().get("lm_head.weight").toDoubles();

      assertThatThrownBy(() -> training.trainer().step(groups))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageStartingWith("step 8 (policy version 7): loss=NaN (policy=NaN, kl=NaN), grad")
          .hasMessageContaining("the weights are unchanged since step 7")
          .hasMessageNotContaining("\n");
      assertThat(training.policy().namedParameters().get("lm_head.weight").toDoubles())
          .isEqualTo(before);
      assertThat(training.trainer().policyVersion()).isEqualTo(7);
      assertThat(training.optimizer().stepCount()).isZero();
    }
  }

  @Test
  void nonFiniteLossInALaterIterationReportsThatWeightsHaveChanged() {
    double explodes = 1e30;
    try (Training training = Training.of(1, config(Map.of("num-iterations", 3)), explodes)) {
      List<ScoredGroup> groups = training.sample(0);
      training.trainer().resume(new GrpoTrainer.Progress(7, 0));
      double[] before = training.policy().namedParameters().get("lm_head.weight").toDoubles();

      assertThatThrownBy(() -> training.trainer().step(groups))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageStartingWith("step 8 (policy version 7), iteration 2 of 3: loss=")
          .hasMessageContaining("the weights have changed since step 7, in 1 of the 3 iterations")
          .hasMessageNotContaining("unchanged");
      assertThat(training.policy().namedParameters().get("lm_head.weight").toDoubles())
          .isNotEqualTo(before);
      assertThat(training.optimizer().stepCount()).isEqualTo(1);
    }
  }

  @Test
  void interruptedStepDoesNotChangeTheWeights() {
    try (Training training = Training.of(1, config(Map.of()))) {
      List<ScoredGroup> groups = training.sample(0);
      double[] before = training.policy().namedParameters().get("lm_head.weight").toDoubles();
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> training.trainer().step(groups))
            .isInstanceOf(CancellationException.class)
            .hasMessage("training step 1 was interrupted");
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(training.policy().namedParameters().get("lm_head.weight").toDoubles())
          .isEqualTo(before);
    }
  }

  @Test
  void metricsHaveTrlsNames() {
    try (Training training = Training.of(1, config(Map.of("beta", 0.1)))) {
      StepMetrics metrics = training.trainer().step(training.sample(0));

      assertThat(metrics.values().keySet())
          .contains(
              "loss",
              "grad_norm",
              "learning_rate",
              "kl",
              "entropy",
              "clip_ratio/low_mean",
              "clip_ratio/low_min",
              "clip_ratio/high_mean",
              "clip_ratio/high_max",
              "clip_ratio/region_mean",
              "reward",
              "reward_std",
              "rewards/token/mean",
              "rewards/token/std",
              "frac_reward_zero_std",
              "completions/mean_length",
              "completions/clipped_ratio",
              "completions/mean_terminated_length",
              "num_tokens");
      assertThat(metrics.groupIds()).isEqualTo(new ArrayList<>(List.of(0L, 1L, 2L, 3L)));
      assertThat(metrics.step()).isEqualTo(1);
    }
  }

  @Test
  void betaAboveZeroRequiresAReferenceModel() {
    try (Training training = Training.of(1, config(Map.of()))) {
      assertThatThrownBy(
              () ->
                  new GrpoTrainer(
                      training.policy(),
                      null,
                      config(Map.of("beta", 0.1)),
                      training.optimizer(),
                      new LearningRateSchedule(new ScheduleConfig.Constant(0), 0.1, 1)))
          .hasMessage("beta must be 0 without a reference model, got 0.1");
    }
  }
}
