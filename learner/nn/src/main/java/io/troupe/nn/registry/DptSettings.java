package io.troupe.nn.registry;

import io.troupe.nn.dpt.DptConfig;
import java.util.List;
import java.util.stream.Stream;

/** The settings of DPT, with the names and defaults of transformers' {@code DPTConfig}. */
final class DptSettings {
  static final Hyperparameter<Integer> IN_CHANNELS = ImageClassifierEntry.inChannels(3);
  static final Hyperparameter<Integer> IMAGE_SIZE =
      Hyperparameter.whole(
          "image_size", 384, 1, 4096, "rows and columns of the images, a multiple of patch_size");
  private static final double LAYER_NORM_EPS = 1e-12;
  private static final Hyperparameter<Integer> PATCH_SIZE =
      Hyperparameter.whole("patch_size", 16, 1, 512, "rows and columns of a patch");
  private static final Hyperparameter<Integer> HIDDEN_SIZE =
      Hyperparameter.whole("hidden_size", 768, 1, 1 << 16, "features of the backbone");
  private static final Hyperparameter<Integer> INTERMEDIATE_SIZE =
      Hyperparameter.whole(
          "intermediate_size", 3072, 1, 1 << 18, "inner features of its feed-forward blocks");
  private static final Hyperparameter<Integer> LAYERS =
      Hyperparameter.whole("num_hidden_layers", 12, 4, 1024, "its layers");
  private static final Hyperparameter<Integer> HEADS =
      Hyperparameter.whole("num_attention_heads", 12, 1, 1024, "heads of each layer");
  private static final Hyperparameter<List<Integer>> OUT_INDICES =
      Hyperparameter.wholes(
          "backbone_out_indices", "2,5,8,11", 0, 1023, "the four layers that are reassembled");
  private static final Hyperparameter<List<Integer>> NECK =
      Hyperparameter.wholes(
          "neck_hidden_sizes", "96,192,384,768", 1, 1 << 14, "channels of the four grids");
  private static final Hyperparameter<Integer> FUSION =
      Hyperparameter.whole("fusion_hidden_size", 256, 2, 1 << 14, "channels of the fused grids");

  private DptSettings() {}

  /** These settings and further ones. */
  static List<Hyperparameter<?>> with(Hyperparameter<?>... further) {
    return Stream.concat(
            Stream.of(
                IN_CHANNELS,
                IMAGE_SIZE,
                PATCH_SIZE,
                HIDDEN_SIZE,
                INTERMEDIATE_SIZE,
                LAYERS,
                HEADS,
                OUT_INDICES,
                NECK,
                FUSION),
            Stream.of(further))
        .toList();
  }

  static DptConfig config(Settings settings) {
    return new DptConfig(
        settings.get(IMAGE_SIZE),
        settings.get(PATCH_SIZE),
        settings.get(IN_CHANNELS),
        settings.get(HIDDEN_SIZE),
        settings.get(INTERMEDIATE_SIZE),
        settings.get(LAYERS),
        settings.get(HEADS),
        settings.get(OUT_INDICES),
        settings.get(NECK),
        settings.get(FUSION),
        LAYER_NORM_EPS);
  }

  static List<InputTensor> inputs(Settings settings) {
    int size = settings.get(IMAGE_SIZE);
    return List.of(
        InputTensor.images(
            InputSize.exactly("channels", settings.get(IN_CHANNELS)),
            InputSize.exactly("height", size),
            InputSize.exactly("width", size)));
  }
}
