package io.troupe.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.Fixtures;
import io.troupe.training.grpo.GrpoTrainer;
import io.troupe.training.grpo.TokenTask;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.schedule.LearningRateSchedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that goes on from its checkpoint ends with the weights of one that never stopped. */
class ResumedRunTest {
  private static final OptimizerConfig ADAM_W =
      new OptimizerConfig.AdamW(0.02, 0.9, 0.999, 1e-8, 0.01, new WeightDecayOn.Matrices(), 1);
  private static final GrpoConfig CONFIG =
      GrpoConfig.from(
          ConfigFactory.parseMap(
              Map.of("num-generations", 4, "max-completion-length", 6, "beta", 0.05)));

  @TempDir Path folder;
  private final Engine engine = Engine.of(CpuBackend.create(2));

  @AfterEach
  void close() {
    engine.close();
  }

  private GrpoTrainer trainer(CausalLM policy, CausalLM reference, Optimizer optimizer) {
    return new GrpoTrainer(
        policy,
        reference,
        CONFIG,
        optimizer,
        new LearningRateSchedule(new ScheduleConfig.Cosine(2, 0.5), ADAM_W.learningRate(), 8));
  }

  private static void steps(GrpoTrainer trainer, CausalLM policy, long until) {
    while (trainer.policyVersion() < until) {
      long step = trainer.policyVersion();
      trainer.step(new TokenTask(policy).groups(2, 4, step, step));
    }
  }

  private static double[] weights(CausalLM policy) {
    return policy.namedParameters().values().stream()
        .flatMapToDouble(weight -> Arrays.stream(weight.toDoubles()))
        .toArray();
  }

  private static RunState state(GrpoTrainer trainer) {
    return new RunState(
        trainer.progress(), 0, 0, "start", 0.5, RunBooks.empty(), List.of(), List.of(), List.of());
  }

  @Test
  void resumedRunEndsWithTheSameWeightsBitForBit() throws IOException {
    RunCheckpoints checkpoints = new RunCheckpoints(folder);
    double[] straight;
    try (CausalLM policy = PretrainedModel.load(Fixtures.path("torch/llama"), engine);
        CausalLM reference = PretrainedModel.copy(policy, engine);
        Optimizer optimizer = Optimizer.of(ADAM_W, policy.namedParameters())) {
      PretrainedModel.save(policy, folder.resolve("start"));
      GrpoTrainer trainer = trainer(policy, reference, optimizer);
      steps(trainer, policy, 3);
      checkpoints.save(policy, optimizer, state(trainer));
      steps(trainer, policy, 6);
      straight = weights(policy);
    }

    RunCheckpoint found = checkpoints.latest(line -> {}).orElseThrow();
    try (CausalLM policy = found.loadPolicy(engine);
        CausalLM reference = PretrainedModel.load(found.referenceModel().orElseThrow(), engine);
        Optimizer optimizer = Optimizer.of(ADAM_W, policy.namedParameters())) {
      found.restore(optimizer);
      GrpoTrainer trainer = trainer(policy, reference, optimizer);
      trainer.resume(found.state().progress());
      steps(trainer, policy, 6);

      assertThat(weights(policy)).isEqualTo(straight);
    }
  }

  @Test
  void truncatedWeightsAreNoticed() throws IOException {
    RunCheckpoints checkpoints = new RunCheckpoints(folder);
    try (CausalLM policy = PretrainedModel.load(Fixtures.path("torch/gpt2"), engine);
        Optimizer optimizer = Optimizer.of(ADAM_W, policy.namedParameters())) {
      RunCheckpoint saved =
          checkpoints.save(policy, optimizer, state(trainer(policy, policy, optimizer)));
      Path weights = saved.folder().resolve("model.safetensors");
      byte[] whole = Files.readAllBytes(weights);
      Files.write(weights, Arrays.copyOf(whole, whole.length / 2));
    }

    assertThatThrownBy(() -> checkpoints.latest(line -> {}))
        .hasMessageContaining("model.safetensors has")
        .hasMessageNotContaining("\n");
  }

  @Test
  void folderThatCannotBeMadeIsOneLine() {
    Path file = folder.resolve("checkpoints");
    RunCheckpoints checkpoints = new RunCheckpoints(file);
    try (CausalLM policy = PretrainedModel.load(Fixtures.path("torch/gpt2"), engine);
        Optimizer optimizer = Optimizer.of(ADAM_W, policy.namedParameters())) {
      Files.writeString(file, "not a folder");
      GrpoTrainer trainer = trainer(policy, policy, optimizer);

      assertThatThrownBy(() -> checkpoints.save(policy, optimizer, state(trainer)))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot write " + file.resolve("checkpoint-0"))
          .hasMessageNotContaining("\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
