package io.troupe.actors.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.RunConfig;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tensors of a run, in multiples of the bytes of the policy's parameters. */
class GrpoMemoryTest {
  @TempDir Path temp;

  private long writeModel(Path folder) throws IOException {
    CharacterTokenizer tokenizer = new CharacterTokenizer("0123456789+=");
    LlamaConfig config =
        LlamaConfig.builder()
            .vocabSize(tokenizer.vocabSize())
            .hiddenSize(256)
            .intermediateSize(512)
            .numHiddenLayers(4)
            .numAttentionHeads(4)
            .maxPositionEmbeddings(16)
            .tieWordEmbeddings(true)
            .bosTokenId(tokenizer.bosTokenId())
            .eosTokenIds(Set.of(tokenizer.eosTokenId().getAsInt()))
            .build();
    try (Engine engine = Engine.of(CpuBackend.create(1));
        LlamaModel model = LlamaModel.random(config, engine, 5)) {
      PretrainedModel.save(model, folder);
      tokenizer.save(folder);
      return 4 * model.numParameters();
    }
  }

  @Test
  void weightsExistOncePerRoleAndGradientsOnceInARun() throws IOException {
    Path model = temp.resolve("model");
    double parameters = writeModel(model);
    RunConfig config =
        TinyTask.write(temp.resolve("task")).config("model = \"" + model + "\"", "steps = 3");
    AtomicReference<Map<String, Double>> last = new AtomicReference<>();
    try (GrpoInputs inputs = GrpoInputs.load(config);
        RunDirectory folder = RunDirectory.create(temp.resolve("run"), config.render())) {
      Run.train(
          new GrpoAlgorithm(inputs),
          folder,
          event -> {
            if (event instanceof RunEvent.StepTrained(long _, long _, Map<String, Double> values)) {
              last.set(values);
            }
          });
    }
    Map<String, Double> bytes = last.get();

    assertThat(bytes.get("memory/peak_weights_bytes")).isLessThan(2.2 * parameters);
    assertThat(bytes.get("memory/peak_gradients_bytes")).isLessThan(1.1 * parameters);
    assertThat(bytes.get("memory/peak_optimizer_bytes")).isLessThan(2.1 * parameters);
    double others =
        bytes.get("memory/peak_kv_cache_bytes") + bytes.get("memory/peak_activations_bytes");
    assertThat(bytes.get("memory/peak_tensors_bytes"))
        .as("%s", bytes)
        .isLessThan(5.2 * parameters + others);
  }
}
