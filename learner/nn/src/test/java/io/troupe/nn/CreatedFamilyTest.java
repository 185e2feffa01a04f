package io.troupe.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.nn.registry.Capability;
import io.troupe.nn.registry.Hyperparameter;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares models that Troupe creates from settings with the folders {@code written/created-*}.
 * Troupe saved these folders ({@code -Dtroupe.writeModels=true}) and transformers loaded them; see
 * {@code check.py} there.
 */
class CreatedFamilyTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));
  private static final Path WRITTEN = ReferenceModel.resources().resolve("written");

  /** Settings of small models; settings that an entry does not have are omitted. */
  private static final Map<String, String> TINY =
      Map.ofEntries(
          Map.entry("vocab_size", "20"),
          Map.entry("hidden_size", "16"),
          Map.entry("intermediate_size", "12"),
          Map.entry("num_hidden_layers", "2"),
          Map.entry("num_attention_heads", "2"),
          Map.entry("num_key_value_heads", "1"),
          Map.entry("head_dim", "8"),
          Map.entry("max_position_embeddings", "32"),
          Map.entry("sliding_window", "4"),
          Map.entry("sliding_window_pattern", "2"),
          Map.entry("no_rope_layer_interval", "2"),
          Map.entry("num_experts", "3"),
          Map.entry("num_local_experts", "3"),
          Map.entry("num_experts_per_tok", "2"),
          Map.entry("moe_intermediate_size", "6"));

  @TempDir Path folder;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  /** The families that are described by their configuration alone. */
  static Stream<String> families() {
    return ModelRegistry.namesWith(Capability.Decode.class).stream()
        .filter(name -> !List.of("llama", "qwen2", "gpt2").contains(name));
  }

  private static void create(String name, Path target) throws IOException {
    ModelEntry<?> entry = ModelRegistry.entry(name);
    Map<String, String> settings = new LinkedHashMap<>();
    for (Hyperparameter<?> parameter : entry.hyperparameters()) {
      if (TINY.containsKey(parameter.name())) {
        settings.put(parameter.name(), TINY.get(parameter.name()));
      }
    }
    try (Scope _ = ENGINE.open("created " + name)) {
      Initializer initializer = Initializer.of(DType.FLOAT32, 5);
      CausalLM model =
          entry.create(entry.settings(settings), initializer).languageModel().orElseThrow();
      PretrainedModel.save(model, target);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void createdModelsMatchStoredFiles(String name) throws IOException {
    Path written = WRITTEN.resolve("created-" + name);
    if (Boolean.getBoolean("troupe.writeModels")) {
      create(name, written);
    }
    create(name, folder);
    for (String file : List.of("config.json", "model.safetensors")) {
      assertThat(folder.resolve(file)).hasSameBinaryContentAs(written.resolve(file));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void createdModelsMatchTransformersLogits(String name) {
    Path written = WRITTEN.resolve("created-" + name);
    JsonNode expected = new ReferenceModel(written).expected();
    try (CausalLM model = PretrainedModel.load(written, ENGINE);
        Scope _ = ENGINE.open("logits");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      TokenBatch prompt = TokenBatch.of(ReferenceModel.ints(expected.get("prompt")));
      assertThat(model.logits(model.hiddenStates(prompt, null)).toDoubles())
          .containsExactly(ReferenceModel.doubles(expected.get("logits")), within(1e-6));
    }
  }
}
