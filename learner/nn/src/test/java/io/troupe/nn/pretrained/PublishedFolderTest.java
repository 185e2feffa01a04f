package io.troupe.nn.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.ReferenceModel;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.WeightLoader;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Irregular contents of published model folders that do not prevent loading. */
class PublishedFolderTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path folder;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @BeforeEach
  void copyModel() throws IOException {
    copy("llama-tied");
  }

  private void copy(String model) throws IOException {
    for (String name : new String[] {"config.json", WEIGHTS}) {
      Files.copy(
          ReferenceModel.named(model).folder().resolve(name),
          folder.resolve(name),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void config(Consumer<ObjectNode> change) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Path path = folder.resolve("config.json");
    ObjectNode config = (ObjectNode) json.readTree(path.toFile());
    change.accept(config);
    json.writeValue(path.toFile(), config);
  }

  private void addTensors(String... names) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Scope _ = ENGINE.open("copy");
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(WEIGHTS))) {
      file.tensors().keySet().forEach(name -> tensors.put(name, file.load(name)));
      for (String name : names) {
        tensors.put(name, Tensor.zeros(2, 3));
      }
      SafetensorsWriter.write(folder.resolve("changed"), tensors);
    }
    Files.move(
        folder.resolve("changed"), folder.resolve(WEIGHTS), StandardCopyOption.REPLACE_EXISTING);
  }

  private static double[] logits(CausalLM model) {
    try (Scope _ = ENGINE.open("logits");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      return model.logits(model.hiddenStates(TokenBatch.of(1, 5, 9), null)).toDoubles();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-tied", "gpt2"})
  void tensorsThatTheModelDoesNotUseAreSkippedAndReported(String name) throws IOException {
    copy(name);
    double[] expected;
    try (CausalLM model = PretrainedModel.load(folder, ENGINE)) {
      expected = logits(model);
    }
    addTensors("v_head.summary.weight", "v_head.summary.bias", "score.weight");
    try (CausalLM model = PretrainedModel.load(folder, ENGINE)) {
      assertThat(logits(model)).isEqualTo(expected);
      try (WeightFiles files = WeightFiles.open(folder)) {
        List<String> skipped =
            WeightLoader.load(
                "folder",
                "config.json",
                files.fileOfTensor(),
                ModelRegistry.entry(model.config().modelType()).weightNames(model),
                model.namedParameters());
        assertThat(skipped)
            .containsExactlyInAnyOrder(
                "v_head.summary.weight", "v_head.summary.bias", "score.weight");
        assertThat(WeightLoader.shortened(List.of("a", "b", "c", "d", "e", "f", "g")))
            .isEqualTo("a, b, c, d, e and 2 more");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.layers.2.mlp.up_proj.weight", "layers.7.x"})
  void layerBeyondTheConfigurationIsRejected(String name) throws IOException {
    addTensors(name);
    assertThatThrownBy(() -> PretrainedModel.load(folder, ENGINE))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("not expected " + name);
  }

  @ParameterizedTest
  @CsvSource({"-1", "null", "61", "1000000"})
  void everyPadTokenIsAccepted(String value) throws IOException {
    config(node -> node.set("pad_token_id", json(value)));
    PretrainedModel.load(folder, ENGINE).close();
  }

  private static com.fasterxml.jackson.databind.JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          2 | 5 | 2,5
          [2,3] | [3,7] | 2,3,7
          2 | null | 2
          null | [4] | 4
          -1 | 6 | 6
          """)
  void decodingStopsAtTheTokensOfBothConfigurations(String config, String generation, String union)
      throws IOException {
    config(node -> node.set("eos_token_id", json(config)));
    Files.writeString(
        folder.resolve("generation_config.json"), "{\"eos_token_id\": " + generation + "}");
    try (CausalLM model = PretrainedModel.load(folder, ENGINE)) {
      assertThat(model.config().eosTokenIds())
          .containsExactlyInAnyOrderElementsOf(
              List.of(union.split(",")).stream().map(Integer::valueOf).toList());
    }
  }

  @Test
  void architectureSelectsTheFamilyIfModelTypeIsMissing() throws IOException {
    config(node -> node.remove("model_type"));
    PretrainedModel.load(folder, ENGINE).close();
    config(node -> node.putArray("architectures").add("MambaForCausalLM"));
    assertThatThrownBy(() -> PretrainedModel.load(folder, ENGINE))
        .hasMessageContaining(
            "model_type must be one of gemma, gemma2, gemma3_text, gpt2, llama, mistral, mixtral,"
                + " olmo2, phi3, qwen2, qwen3, qwen3_moe, smollm3, got none");
  }

  @Test
  void embeddingIsTheOutputLayerIfKeyAndHeadAreMissing() throws IOException {
    double[] expected;
    try (CausalLM model = PretrainedModel.load(folder, ENGINE)) {
      expected = logits(model);
    }
    config(
        node -> {
          node.remove("tie_word_embeddings");
          node.remove("architectures");
          node.remove("dtype");
          node.put("torch_dtype", "bfloat16");
        });
    try (CausalLM model = PretrainedModel.load(folder, ENGINE)) {
      assertThat(logits(model)).isEqualTo(expected);
      PretrainedModel.save(model, folder.resolve("saved"));
    }
    try (CausalLM saved = PretrainedModel.load(folder.resolve("saved"), ENGINE)) {
      assertThat(logits(saved)).isEqualTo(expected);
    }
  }
}
