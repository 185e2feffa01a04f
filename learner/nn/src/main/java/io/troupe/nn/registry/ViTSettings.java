package io.troupe.nn.registry;

import io.troupe.nn.vit.Pooling;
import io.troupe.nn.vit.Positions;
import io.troupe.nn.vit.ViTConfig;
import java.util.List;
import java.util.stream.Stream;

/**
 * The settings of vision transformers, with the names of timm and the sizes of one of its models.
 *
 * @param embedDim features of a patch
 * @param numHeads heads of each layer
 */
record ViTSettings(Hyperparameter<Integer> embedDim, Hyperparameter<Integer> numHeads) {
  static final Hyperparameter<Integer> IN_CHANNELS = ImageClassifierEntry.inChannels(3);
  static final Hyperparameter<Integer> IMAGE_SIZE =
      Hyperparameter.whole(
          "image_size", 224, 1, 4096, "rows and columns of the images, a multiple of patch_size");
  private static final Hyperparameter<Integer> NUM_CLASSES = ImageClassifierEntry.numClasses(1000);
  private static final Hyperparameter<Integer> PATCH_SIZE =
      Hyperparameter.whole("patch_size", 16, 1, 512, "rows and columns of a patch");
  private static final Hyperparameter<Integer> DEPTH =
      Hyperparameter.whole("depth", 12, 1, 1024, "number of layers");
  private static final Hyperparameter<Double> MLP_RATIO =
      Hyperparameter.real(
          "mlp_ratio", 4, 0.01, 64, "inner features of feed-forward blocks, by embed_dim");

  static ViTSettings of(int embedDim, int numHeads) {
    return new ViTSettings(
        Hyperparameter.whole("embed_dim", embedDim, 1, 1 << 16, "features of a patch"),
        Hyperparameter.whole("num_heads", numHeads, 1, 1024, "heads of each layer"));
  }

  /** These settings and further ones. */
  List<Hyperparameter<?>> with(Hyperparameter<?>... further) {
    return Stream.concat(
            Stream.of(
                IN_CHANNELS,
                NUM_CLASSES,
                IMAGE_SIZE,
                PATCH_SIZE,
                embedDim,
                DEPTH,
                numHeads,
                MLP_RATIO),
            Stream.of(further))
        .toList();
  }

  ViTConfig config(Settings settings, Positions positions, Pooling pooling) {
    return new ViTConfig(
        settings.get(IMAGE_SIZE),
        settings.get(PATCH_SIZE),
        settings.get(IN_CHANNELS),
        settings.get(NUM_CLASSES),
        settings.get(embedDim),
        settings.get(DEPTH),
        settings.get(numHeads),
        settings.get(MLP_RATIO),
        positions,
        pooling);
  }
}
