package io.troupe.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.nn.gpt2.Gpt2Config;
import io.troupe.nn.gpt2.Gpt2Model;
import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.nn.pretrained.SaveOptions;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares saved models with the folders in {@code written/}. Troupe saved these folders and
 * transformers loaded them; see {@code check.py} there.
 */
class WrittenModelTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));
  private static final Path WRITTEN = ReferenceModel.resources().resolve("written");

  @TempDir Path folder;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private static CausalLM load(String name) {
    return PretrainedModel.load(ReferenceModel.named(name).folder(), ENGINE);
  }

  private void assertSameFiles(Path written) throws IOException {
    try (Stream<Path> files = Files.list(written)) {
      List<Path> pinned = files.filter(f -> !f.endsWith("expected.json")).toList();
      for (Path file : pinned) {
        assertThat(folder.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
      try (Stream<Path> now = Files.list(folder)) {
        assertThat(now).hasSameSizeAs(pinned);
      }
    }
  }

  @Test
  void savedModelMatchesStoredFiles() throws IOException {
    try (CausalLM model = load("llama-linear-rope")) {
      PretrainedModel.save(model, folder);
    }
    assertSameFiles(WRITTEN.resolve("llama-linear-rope"));
  }

  @Test
  void savedBf16ModelWithTransposedMatricesMatchesStoredFiles() throws IOException {
    try (CausalLM model = load("gpt2-bf16")) {
      PretrainedModel.save(model, folder, new SaveOptions(StorageType.BF16));
    }
    assertSameFiles(WRITTEN.resolve("gpt2-bf16"));
  }

  @Test
  void savedF16ShardsMatchStoredFiles() throws IOException {
    try (CausalLM model = load("llama-f16")) {
      PretrainedModel.save(model, folder, new SaveOptions(StorageType.F16, 12_000));
    }
    assertSameFiles(WRITTEN.resolve("llama-f16"));
  }

  /** A Llama model created by Troupe. */
  static CausalLM created(Engine engine) {
    LlamaConfig config =
        LlamaConfig.builder()
            .vocabSize(20)
            .hiddenSize(16)
            .intermediateSize(24)
            .numHiddenLayers(1)
            .numAttentionHeads(2)
            .numKeyValueHeads(1)
            .maxPositionEmbeddings(32)
            .ropeTheta(500)
            .tieWordEmbeddings(true)
            .build();
    return LlamaModel.random(config, engine, 5);
  }

  /** A GPT-2 model created by Troupe. */
  static CausalLM createdGpt2(Engine engine) {
    return Gpt2Model.random(Gpt2Config.of(20, 32, 16, 1, 2, 2), engine, 5);
  }

  @Test
  void configsOfCreatedModelsMatchStoredFiles() throws IOException {
    try (CausalLM llama = created(ENGINE);
        CausalLM gpt2 = createdGpt2(ENGINE)) {
      PretrainedModel.save(llama, folder.resolve("created-llama"));
      PretrainedModel.save(gpt2, folder.resolve("created-gpt2"));
    }
    for (String name : new String[] {"created-llama", "created-gpt2"}) {
      assertThat(folder.resolve(name).resolve("config.json"))
          .hasSameBinaryContentAs(WRITTEN.resolve(name).resolve("config.json"));
      assertThat(header(folder.resolve(name))).isEqualTo(header(WRITTEN.resolve(name)));
    }
  }

  private static byte[] header(Path model) throws IOException {
    byte[] file = Files.readAllBytes(model.resolve("model.safetensors"));
    long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Arrays.copyOf(file, 8 + (int) length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"created-llama", "created-gpt2"})
  void createdModelsMatchTransformersLogits(String name) throws IOException {
    JsonNode expected = new ReferenceModel(WRITTEN.resolve(name)).expected();
    try (CausalLM model = PretrainedModel.load(WRITTEN.resolve(name), ENGINE);
        Scope _ = ENGINE.open("logits");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      int[] prompt = ReferenceModel.ints(expected.get("prompt"));
      Tensor logits = model.logits(model.hiddenStates(TokenBatch.of(prompt), null));
      assertThat(logits.toDoubles())
          .containsExactly(ReferenceModel.doubles(expected.get("logits")), within(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("io.troupe.nn.ReferenceModel#names")
  void savedModelIsLoadedBitForBit(String name) throws IOException {
    try (CausalLM model = load(name)) {
      PretrainedModel.save(model, folder, new SaveOptions(StorageType.F32, 10_000));
      try (CausalLM read = PretrainedModel.load(folder, ENGINE)) {
        assertThat(read.config()).isEqualTo(model.config());
        assertThat(read.namedParameters().keySet())
            .containsExactlyElementsOf(model.namedParameters().keySet());
        model
            .namedParameters()
            .forEach(
                (parameter, tensor) ->
                    assertThat(read.namedParameters().get(parameter).toFloats())
                        .as(parameter)
                        .isEqualTo(tensor.toFloats()));
      }
    }
  }

  @Test
  void secondSaveDeletesFilesOfTheFirst() throws IOException {
    try (CausalLM model = load("llama-tied")) {
      PretrainedModel.save(model, folder, new SaveOptions(StorageType.F32, 10_000));
      PretrainedModel.save(model, folder, new SaveOptions(StorageType.F32));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "generation_config.json", "model.safetensors");
    }
  }
}
