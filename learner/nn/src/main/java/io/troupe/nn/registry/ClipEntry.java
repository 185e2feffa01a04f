package io.troupe.nn.registry;

import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.clip.ClipConfig;
import io.troupe.nn.clip.ClipConfigJson;
import io.troupe.nn.clip.ClipEncoderConfig;
import io.troupe.nn.clip.ClipModel;
import io.troupe.nn.clip.ClipTextConfig;
import io.troupe.nn.clip.ClipVisionConfig;
import io.troupe.nn.clip.OpenClipWeights;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The entry of CLIP, with the sizes of ViT-B/32. */
public final class ClipEntry implements ModelEntry<ClipModel> {
  private static final double LAYER_NORM_EPS = 1e-5;

  private static final Hyperparameter<Integer> IN_CHANNELS = ImageClassifierEntry.inChannels(3);
  private static final Hyperparameter<Integer> IMAGE_SIZE =
      Hyperparameter.whole(
          "image_size", 224, 1, 4096, "rows and columns of the images, a multiple of patch_size");
  private static final Hyperparameter<Integer> PATCH_SIZE =
      Hyperparameter.whole("patch_size", 32, 1, 512, "rows and columns of a patch");
  private static final Hyperparameter<Integer> VOCAB_SIZE =
      Hyperparameter.whole("vocab_size", 49_408, 2, 1 << 24, "number of token ids");
  private static final Hyperparameter<Integer> POSITIONS =
      Hyperparameter.whole(
          "max_position_embeddings", 77, 1, 1 << 16, "maximum number of tokens of a text");
  private static final Hyperparameter<Integer> EOS =
      Hyperparameter.whole(
          "eos_token_id", -1, -1, 1 << 24, "id that ends a text; -1 for the last id");
  private static final Hyperparameter<Integer> PROJECTION_DIM =
      Hyperparameter.whole("projection_dim", 512, 1, 1 << 16, "features of the common space");
  private static final Hyperparameter<String> HIDDEN_ACT =
      Hyperparameter.choice(
          "hidden_act", "quick_gelu", List.of("quick_gelu", "gelu"), "activation of the layers");
  private static final Encoder TEXT = Encoder.of("text", 512, 12, 8);
  private static final Encoder VISION = Encoder.of("vision", 768, 12, 12);

  /** The settings of an encoder. */
  private record Encoder(
      Hyperparameter<Integer> hiddenSize,
      Hyperparameter<Integer> intermediateSize,
      Hyperparameter<Integer> numLayers,
      Hyperparameter<Integer> numHeads) {
    static Encoder of(String name, int hidden, int layers, int heads) {
      return new Encoder(
          Hyperparameter.whole(
              name + "_hidden_size", hidden, 1, 1 << 16, "features of the " + name + " encoder"),
          Hyperparameter.whole(
              name + "_intermediate_size",
              4 * hidden,
              1,
              1 << 18,
              "inner features of its feed-forward blocks"),
          Hyperparameter.whole(
              name + "_num_hidden_layers", layers, 1, 1024, "number of its layers"),
          Hyperparameter.whole(
              name + "_num_attention_heads", heads, 1, 1024, "heads of each of its layers"));
    }

    ClipEncoderConfig config(Settings settings) {
      return new ClipEncoderConfig(
          settings.get(hiddenSize),
          settings.get(intermediateSize),
          settings.get(numLayers),
          settings.get(numHeads),
          Activation.named(HIDDEN_ACT.name(), settings.get(HIDDEN_ACT)),
          LAYER_NORM_EPS);
    }
  }

  @Override
  public String name() {
    return "clip";
  }

  @Override
  public Family family() {
    return Family.IMAGES_AND_TEXT;
  }

  @Override
  public String summary() {
    return "CLIP: images and texts in one space, as transformers' CLIPModel (ViT-B/32)";
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(
        IN_CHANNELS,
        IMAGE_SIZE,
        PATCH_SIZE,
        VISION.hiddenSize(),
        VISION.intermediateSize(),
        VISION.numLayers(),
        VISION.numHeads(),
        VOCAB_SIZE,
        POSITIONS,
        EOS,
        TEXT.hiddenSize(),
        TEXT.intermediateSize(),
        TEXT.numLayers(),
        TEXT.numHeads(),
        HIDDEN_ACT,
        PROJECTION_DIM);
  }

  @Override
  public ClipModel build(Settings settings, Initializer initializer) {
    return new ClipModel(config(settings), initializer);
  }

  private static ClipConfig config(Settings settings) {
    return new ClipConfig(
        new ClipTextConfig(
            TEXT.config(settings),
            settings.get(VOCAB_SIZE),
            settings.get(POSITIONS),
            eosTokenId(settings)),
        new ClipVisionConfig(
            VISION.config(settings),
            settings.get(IMAGE_SIZE),
            settings.get(PATCH_SIZE),
            settings.get(IN_CHANNELS)),
        settings.get(PROJECTION_DIM));
  }

  @Override
  public Optional<ConfigJson> libraryConfig(Settings settings) {
    return Optional.of(ClipConfigJson.of(config(settings)));
  }

  private static int eosTokenId(Settings settings) {
    int eos = settings.get(EOS);
    return eos < 0 ? settings.get(VOCAB_SIZE) - 1 : eos;
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    InputSize side = InputSize.exactly("height", settings.get(IMAGE_SIZE));
    return List.of(
        InputTensor.images(
            InputSize.exactly("channels", settings.get(IN_CHANNELS)),
            side,
            InputSize.exactly("width", settings.get(IMAGE_SIZE))),
        InputTensor.integers(
                "input_ids",
                InputSize.any("texts"),
                new InputSize("length", 1, settings.get(POSITIONS), 1))
            .withExample(eosTokenId(settings)));
  }

  /** The similarity of each image with each text: zero-shot classes by row, retrieval by column. */
  @Override
  public Tensor predict(ClipModel model, Map<String, Tensor> inputs) {
    return model.forward(inputs.get("input"), inputs.get("input_ids"));
  }

  @Override
  public List<Capability<ClipModel>> capabilities() {
    return List.of(
        new Capability.MatchTexts<>(model -> model),
        new Capability.Embed<>(ClipModel::imageFeatures));
  }

  @Override
  public void load(ClipModel model, Path weights) {
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      if (!OpenClipWeights.isIn(file)) {
        ModelEntry.super.load(model, weights);
        return;
      }
      try (Scope _ = model.logitScale().scope().engine().open("open_clip weights")) {
        OpenClipWeights.load(file, model);
      }
    }
  }
}
