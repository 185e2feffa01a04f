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

/** A run resumed from its checkpoint ends with the weights of an uninterrupted run. */
class ResumedRunTest {
  private static final OptimizerConfig ADAM_W =
      new OptimizerConfig.AdamW(0.02, 0.9, 0.999, 1e-8, 0.01, new WeightDecayOn.Matrices(), 1);
  private static final GrpoConfig CONFIG =
      GrpoConfig.from(
          ConfigFactory.parseMap(
              Map.of("num-generations", 4, "max-completion-length", 6, "beta", 0.05)));

  private static final List<String> REQUIRED = List.of("config.json", "optimizer.safetensors");
  private static final StateFile JSON = new StateFile(Map.of());

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

  private static Path save(
      Checkpoints checkpoints, CausalLM policy, Optimizer optimizer, GrpoTrainer trainer)
      throws IOException {
    return checkpoints.save(
        trainer.policyVersion(),
        checkpoint -> {
          PretrainedModel.save(policy, checkpoint);
          optimizer.save(checkpoint.resolve("optimizer.safetensors"));
          JSON.write(checkpoint.resolve("state.json"), trainer.progress());
        });
  }

  private static Path latest(Checkpoints checkpoints) {
    return checkpoints.latest((checkpoint, step) -> checkpoint, _ -> {}).orElseThrow();
  }

  @Test
  void resumedRunEndsWithEqualWeightsBitForBit() throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder, REQUIRED);
    double[] straight;
    try (CausalLM policy = PretrainedModel.load(Fixtures.path("torch/llama"), engine);
        CausalLM reference = PretrainedModel.copy(policy, engine);
        Optimizer optimizer = Optimizer.of(ADAM_W, policy.namedParameters())) {
      PretrainedModel.save(policy, folder.resolve("start"));
      GrpoTrainer trainer = trainer(policy, reference, optimizer);
      steps(trainer, policy, 3);
      save(checkpoints, policy, optimizer, trainer);
      steps(trainer, policy, 6);
      straight = weights(policy);
    }

    Path found = latest(checkpoints);
    try (CausalLM policy = PretrainedModel.load(found, engine);
        CausalLM reference = PretrainedModel.load(folder.resolve("start"), engine);
        Optimizer optimizer = Optimizer.of(ADAM_W, policy.namedParameters())) {
      optimizer.load(found.resolve("optimizer.safetensors"));
      GrpoTrainer trainer = trainer(policy, reference, optimizer);
      trainer.resume(JSON.read(found.resolve("state.json"), GrpoTrainer.Progress.class));
      steps(trainer, policy, 6);

      assertThat(weights(policy)).isEqualTo(straight);
    }
  }

  @Test
  void detectsTruncatedWeights() throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder, REQUIRED);
    try (CausalLM policy = PretrainedModel.load(Fixtures.path("torch/gpt2"), engine);
        Optimizer optimizer = Optimizer.of(ADAM_W, policy.namedParameters())) {
      Path saved = save(checkpoints, policy, optimizer, trainer(policy, policy, optimizer));
      Path weights = saved.resolve("model.safetensors");
      byte[] whole = Files.readAllBytes(weights);
      Files.write(weights, Arrays.copyOf(whole, whole.length / 2));
    }

    assertThatThrownBy(() -> latest(checkpoints))
        .hasMessageContaining("model.safetensors must have ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void failureToCreateTheFolderIsReportedInOneLine() {
    Path file = folder.resolve("checkpoints");
    Checkpoints checkpoints = new Checkpoints(file, REQUIRED);
    try (CausalLM policy = PretrainedModel.load(Fixtures.path("torch/gpt2"), engine);
        Optimizer optimizer = Optimizer.of(ADAM_W, policy.namedParameters())) {
      Files.writeString(file, "not a folder");
      GrpoTrainer trainer = trainer(policy, policy, optimizer);

      assertThatThrownBy(() -> save(checkpoints, policy, optimizer, trainer))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot write " + file.resolve("checkpoint-0"))
          .hasMessageNotContaining("\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
