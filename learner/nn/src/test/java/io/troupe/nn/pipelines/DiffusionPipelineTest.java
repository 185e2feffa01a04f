package io.troupe.nn.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.SharedData;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.schedulers.DDIMScheduler;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiffusionPipelineTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(2));

  @TempDir Path temp;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private static Path golden() {
    return SharedData.require("goldens/sd_pipeline");
  }

  private static double distance(Tensor actual, Tensor expected) {
    double[] a = actual.toDoubles();
    double[] b = expected.toDoubles();
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < b.length; i++) {
      worst = Math.max(worst, Math.abs(a[i] - b[i]));
      largest = Math.max(largest, Math.abs(b[i]));
    }
    return worst / largest;
  }

  @Test
  void textsHaveTheStatesOfTransformers() {
    try (SafetensorsFile io = SafetensorsFile.open(golden().resolve("io.safetensors"));
        Scope _ = ENGINE.open("texts")) {
      DiffusionPipeline pipeline = DiffusionPipeline.load(golden().resolve("model"));
      for (String prompt : new String[] {"a", "b", "empty"}) {
        Tensor states = pipeline.textEncoder().forward(ints(io, "output.text." + prompt + ".ids"));
        assertThat(distance(states, io.load("output.text." + prompt + ".last_hidden_state")))
            .isLessThan(1e-5);
      }
    }
  }

  private static Tensor ints(SafetensorsFile io, String name) {
    Tensor ids = io.load(name);
    return Tensor.of(ids.toInts(), ids.shape().sizes());
  }

  /** With a negative text, rescaled guidance and noise in each step. */
  @Test
  void aBatchEqualsDiffusers() {
    try (SafetensorsFile io = SafetensorsFile.open(golden().resolve("io.safetensors"));
        Scope _ = ENGINE.open("batch")) {
      DiffusionPipeline pipeline = DiffusionPipeline.load(golden().resolve("model"));
      PipelineTextEncoder encoder = pipeline.textEncoder();
      Tensor texts = both(io, encoder, "a", "b");
      Tensor negative = both(io, encoder, "neg", "neg");
      int[] drawn = {0};
      LatentDiffusion.Noise noise =
          _ ->
              io.load(
                  drawn[0]++ == 0
                      ? "input.t2i_batch.start"
                      : "input.t2i_batch.noise" + (drawn[0] - 2));
      Tensor images =
          pipeline
              .latentDiffusion()
              .textToImage(
                  new TextGuidance(texts, negative, 5, 0.7),
                  ((DDIMScheduler) pipeline.scheduler()).denoising(5, 0.5, false),
                  16,
                  16,
                  noise);
      assertThat(drawn[0]).isEqualTo(6);
      assertThat(distance(images, io.load("output.t2i_batch.image"))).isLessThan(2e-5);
    }
  }

  private static Tensor both(
      SafetensorsFile io, PipelineTextEncoder encoder, String first, String second) {
    return Indexing.cat(
        0,
        List.of(
            encoder.forward(ints(io, "output.text." + first + ".ids")),
            encoder.forward(ints(io, "output.text." + second + ".ids"))));
  }

  @Test
  void aWrittenDirectoryIsTheSame() throws IOException {
    try (Scope _ = ENGINE.open("written")) {
      DiffusionPipeline pipeline = DiffusionPipeline.load(golden().resolve("model"));
      pipeline.save(temp, DiffusionPipeline.CLIP_TOKENIZER);
      DiffusionPipeline again = DiffusionPipeline.load(temp);
      assertThat(again.scheduler()).isEqualTo(pipeline.scheduler());
      assertThat(again.vae().config()).isEqualTo(pipeline.vae().config());
      assertThat(again.textEncoder().config()).isEqualTo(pipeline.textEncoder().config());
      Map<String, Tensor> weights = pipeline.unet().stateDict();
      again
          .unet()
          .stateDict()
          .forEach(
              (name, weight) ->
                  assertThat(weight.toFloats()).isEqualTo(weights.get(name).toFloats()));
      Path text = Path.of("text_encoder/model.safetensors");
      try (SafetensorsFile written = SafetensorsFile.open(temp.resolve(text));
          SafetensorsFile read = SafetensorsFile.open(golden().resolve("model").resolve(text))) {
        assertThat(written.tensors().keySet()).isEqualTo(read.tensors().keySet());
      }
    }
  }

  @Test
  void textEncodersWithoutPrefixAreRead() {
    try (Scope _ = ENGINE.open("prefix")) {
      PipelineTextEncoder encoder = DiffusionPipeline.load(golden().resolve("model")).textEncoder();
      float[] before = encoder.namedParameters().firstEntry().getValue().toFloats();
      encoder.namedParameters().values().forEach(weight -> weight.detach().filli(0));
      StateDictFile.load(
          golden().resolve("text_encoder_unprefixed/model.safetensors"),
          encoder,
          PipelineTextEncoder.weightNames());
      assertThat(encoder.namedParameters().firstEntry().getValue().toFloats()).isEqualTo(before);
    }
  }

  private Path copied() throws IOException {
    Path from = golden().resolve("model");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path to = temp.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
    return temp;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model_index.json",
        "unet/config.json",
        "vae/diffusion_pytorch_model.safetensors",
        "text_encoder/model.safetensors",
        "scheduler/scheduler_config.json"
      })
  void missingPartsAreNamed(String part) throws IOException {
    Path folder = copied();
    Files.delete(folder.resolve(part));
    try (Scope _ = ENGINE.open("missing")) {
      assertThatThrownBy(() -> DiffusionPipeline.load(folder))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContaining(Path.of(part).getFileName().toString())
          .hasMessageContaining("got none");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_index.json|AutoencoderKL|VQModel|vae must be a AutoencoderKL, got",
        "model_index.json|StableDiffusionPipeline|FluxPipeline|_class_name must be a Stable",
        "scheduler/scheduler_config.json|DDIMScheduler|LMSDiscreteScheduler|_class_name of a sched",
        "unet/config.json|silu|snake|act_fn must be one of",
        "unet/config.json|\"cross_attention_dim\": 8|\"cross_attention_dim\": 9|cross_attention_dim"
      })
  void partsThatAreNotSupportedAreRejectedByName(
      String file, String present, String changed, String message) throws IOException {
    Path folder = copied();
    Path path = folder.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(present);
    Files.writeString(path, text.replace(present, changed));
    try (Scope _ = ENGINE.open("rejected")) {
      assertThatThrownBy(() -> DiffusionPipeline.load(folder))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContaining(message);
    }
  }
}
