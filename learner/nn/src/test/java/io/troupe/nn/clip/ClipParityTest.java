package io.troupe.nn.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.FormulaCase;
import io.troupe.nn.ReferenceModel;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Compares CLIP with transformers and open_clip. */
class ClipParityTest {
  private static final Initializer UNDEFINED = Initializer.undefined(DType.FLOAT32);
  private static final Path FILES = ReferenceModel.resources().resolve("io/troupe/nn/clip");

  @AutoClose private static final Engine ENGINE = Engine.of(CpuBackend.create(2));

  private static ClipEncoderConfig encoder(
      int hidden, int inner, int layers, int heads, Activation activation) {
    return new ClipEncoderConfig(hidden, inner, layers, heads, activation, 1e-5);
  }

  /** As in {@code clip.py}: texts of different lengths; the last id ends a text. */
  private static Tensor ids(int texts, int length, int vocab) {
    int[] tokens = new int[texts * length];
    for (int t = 0; t < texts; t++) {
      int end = length - 1 - t % 3;
      for (int i = 0; i < end; i++) {
        tokens[t * length + i] = 1 + (7 * t + 3 * i) % (vocab - 2);
      }
      tokens[t * length + end] = vocab - 1;
    }
    return Tensor.of(tokens, texts, length);
  }

  private static List<Tensor> outputs(ClipModel model, Tensor images, Tensor ids) {
    return List.of(
        model.forward(images, ids),
        model.imageFeatures(images),
        model.textFeatures(ids),
        model.textModel().forward(ids));
  }

  @Test
  void modelMatchesTransformers() {
    ClipConfig config =
        new ClipConfig(
            new ClipTextConfig(encoder(16, 32, 2, 2, Activation.QUICK_GELU), 20, 7, 19),
            new ClipVisionConfig(encoder(24, 40, 2, 3, Activation.QUICK_GELU), 16, 4, 3),
            12);
    FormulaCase.check(
        ENGINE,
        "clip/clip",
        () -> new ClipModel(config, UNDEFINED),
        model -> images -> outputs(model, images, ids(4, 7, 20)));
  }

  @Test
  void modelOfOddSizesMatchesTransformers() {
    ClipConfig config =
        new ClipConfig(
            new ClipTextConfig(encoder(15, 21, 1, 5, Activation.GELU), 13, 5, 12),
            new ClipVisionConfig(encoder(14, 17, 2, 2, Activation.GELU), 15, 5, 1),
            7);
    FormulaCase.check(
        ENGINE,
        "clip/clip-odd",
        () -> new ClipModel(config, UNDEFINED),
        model -> images -> outputs(model, images, ids(5, 5, 13)));
  }

  private static BuiltModel<?> ofOpenClip() {
    ModelEntry<?> entry = ModelRegistry.entry("clip");
    Map<String, String> settings =
        Map.ofEntries(
            Map.entry("image_size", "8"),
            Map.entry("patch_size", "4"),
            Map.entry("vision_hidden_size", "16"),
            Map.entry("vision_intermediate_size", "64"),
            Map.entry("vision_num_hidden_layers", "1"),
            Map.entry("vision_num_attention_heads", "2"),
            Map.entry("text_hidden_size", "8"),
            Map.entry("text_intermediate_size", "32"),
            Map.entry("text_num_hidden_layers", "2"),
            Map.entry("text_num_attention_heads", "2"),
            Map.entry("vocab_size", "20"),
            Map.entry("max_position_embeddings", "6"),
            Map.entry("projection_dim", "12"));
    return entry.create(entry.settings(settings), Initializer.of(DType.FLOAT32, 1));
  }

  @Test
  void weightsOfOpenClipLoad() {
    try (Scope _ = ENGINE.open("open_clip");
        SafetensorsFile file = SafetensorsFile.open(FILES.resolve("open_clip.case.safetensors"))) {
      BuiltModel<?> model = ofOpenClip();
      model.load(FILES.resolve("open_clip.safetensors"));
      Tensor output =
          model.predict(Map.of("input", file.load("input"), "input_ids", file.load("input_ids")));
      assertThat(output.toDoubles()).containsExactly(file.load("output").toDoubles(), within(2e-5));
    }
  }

  @Test
  void weightsAreWrittenAsOpenClipStoresThem() {
    try (Scope _ = ENGINE.open("open_clip");
        SafetensorsFile file = SafetensorsFile.open(FILES.resolve("open_clip.safetensors"))) {
      BuiltModel<?> model = ofOpenClip();
      model.load(FILES.resolve("open_clip.safetensors"));
      Map<String, Tensor> written = OpenClipWeights.of(model.imageTextModel().orElseThrow());
      assertThat(written.keySet()).isEqualTo(file.tensors().keySet());
      written.forEach(
          (name, tensor) ->
              assertThat(tensor.toFloats()).as(name).isEqualTo(file.load(name).toFloats()));
    }
  }

  /** The expected file is that of a directory that open_clip has loaded. */
  @Test
  void aDirectoryOfOpenClipHasTheSettingsOfTheModel() throws IOException {
    ClipConfig config =
        new ClipConfig(
            new ClipTextConfig(encoder(32, 64, 1, 2, Activation.QUICK_GELU), 16, 5, 15),
            new ClipVisionConfig(encoder(64, 128, 3, 4, Activation.QUICK_GELU), 48, 6, 3),
            32);
    OpenClipDirectory directory =
        new OpenClipDirectory(List.of(0.25, 0.5, 0.75), List.of(0.5, 0.25, 0.125));
    String expected = Files.readString(FILES.resolve("open_clip_config.json"));
    assertThat(directory.config(config).node()).isEqualTo(ConfigJson.parse(expected).node());
  }

  /** open_clip computes the number of inner features from a ratio and rounds down. */
  @Test
  void everyNumberOfInnerFeaturesHasARatio() {
    for (int inner = 1; inner < 300; inner++) {
      for (int hidden : new int[] {7, 24, 49, 768}) {
        double ratio = OpenClipDirectory.mlpRatio(hidden, inner);
        assertThat((int) (hidden * ratio)).isEqualTo(inner);
      }
    }
  }

  @Test
  void textsThatDoNotFitAreRejected() {
    try (Scope _ = ENGINE.open("bad texts")) {
      ClipModel model = ofOpenClip().imageTextModel().orElseThrow();
      assertThatThrownBy(() -> model.textFeatures(Tensor.of(new int[] {1, 2}, 1, 2)))
          .hasMessage("text 0 must contain the token 19, got none");
      assertThatThrownBy(
              () -> model.textFeatures(Tensor.of(new int[] {1, 2, 3, 4, 5, 6, 19}, 1, 7)))
          .hasMessageContaining("texts must have at most 6 tokens");
    }
  }

  @Test
  void pairsWithEqualTextsAreNotWrongAnswers() {
    try (Scope _ = ENGINE.open("loss")) {
      ClipModel model = ofOpenClip().imageTextModel().orElseThrow();
      Tensor images = Initializer.of(DType.FLOAT32, 3).normal(1, 2, 3, 8, 8);
      Tensor equal = Tensor.of(new int[] {1, 19, 1, 19}, 2, 2);
      Tensor different = Tensor.of(new int[] {1, 19, 2, 19}, 2, 2);
      assertThat(ContrastiveLoss.of(model, images, equal).item()).isCloseTo(0, within(1e-6));
      Tensor logits = model.forward(images, different);
      double[] l = logits.toDoubles();
      double expected =
          (softplus(l[1] - l[0])
                  + softplus(l[2] - l[3])
                  + softplus(l[2] - l[0])
                  + softplus(l[1] - l[3]))
              / 4;
      assertThat(ContrastiveLoss.of(model, images, different).item())
          .isCloseTo(expected, within(1e-5));
      // The second text is true of the first image, too: the pair is left out in both directions.
      double without = (softplus(l[2] - l[3]) + softplus(l[2] - l[0])) / 4;
      assertThat(ContrastiveLoss.of(model, images, different, new int[] {1, 1, 0, 1}).item())
          .isCloseTo(without, within(1e-5));
    }
  }

  private static double softplus(double x) {
    return Math.log1p(Math.exp(x));
  }
}
