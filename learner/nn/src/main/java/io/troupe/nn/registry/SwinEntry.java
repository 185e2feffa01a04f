package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.swin.SwinConfig;
import io.troupe.nn.swin.SwinTransformer;
import java.util.List;

/** The entry of the Swin transformer. */
public final class SwinEntry extends ImageClassifierEntry<SwinTransformer> {
  private static final Hyperparameter<Integer> IN_CHANNELS = inChannels(3);
  private static final Hyperparameter<Integer> NUM_CLASSES = numClasses(1000);
  private static final Hyperparameter<Integer> PATCH_SIZE =
      Hyperparameter.whole("patch_size", 4, 1, 512, "rows and columns of a patch");
  private static final Hyperparameter<Integer> EMBED_DIM =
      Hyperparameter.whole("embed_dim", 96, 1, 1 << 14, "features of a patch in the first stage");
  private static final Hyperparameter<List<Integer>> DEPTHS =
      Hyperparameter.wholes("depths", "2,2,6,2", 1, 256, "number of blocks of each stage");
  private static final Hyperparameter<List<Integer>> NUM_HEADS =
      Hyperparameter.wholes("num_heads", "3,6,12,24", 1, 1024, "heads of each stage");
  private static final Hyperparameter<Integer> WINDOW_SIZE =
      Hyperparameter.whole("window_size", 7, 1, 128, "rows and columns of a window");
  private static final Hyperparameter<Double> MLP_RATIO =
      Hyperparameter.real(
          "mlp_ratio", 4, 0.01, 64, "inner features of feed-forward blocks, by those of the stage");
  private static final Hyperparameter<Double> DROP_PATH =
      Hyperparameter.real(
          "drop_path", 0.2, 0, 0.99, "probability in training that the last block is skipped");

  /** The entry named {@code swin_t}. */
  public SwinEntry() {
    super(
        Family.VISION_TRANSFORMER,
        "swin_t",
        "Swin transformer: attention in shifted windows, as torchvision's");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(
        IN_CHANNELS,
        NUM_CLASSES,
        PATCH_SIZE,
        EMBED_DIM,
        DEPTHS,
        NUM_HEADS,
        WINDOW_SIZE,
        MLP_RATIO,
        DROP_PATH);
  }

  @Override
  public SwinTransformer build(Settings settings, Initializer initializer) {
    return new SwinTransformer(
        new SwinConfig(
            settings.get(PATCH_SIZE),
            settings.get(IN_CHANNELS),
            settings.get(NUM_CLASSES),
            settings.get(EMBED_DIM),
            settings.get(DEPTHS),
            settings.get(NUM_HEADS),
            settings.get(WINDOW_SIZE),
            settings.get(MLP_RATIO),
            settings.get(DROP_PATH)),
        initializer);
  }

  @Override
  InputSize sideOf(String name, Settings settings) {
    return InputSize.atLeast(name, settings.get(PATCH_SIZE));
  }

  @Override
  Hyperparameter<Integer> channels() {
    return IN_CHANNELS;
  }

  @Override
  public List<Capability<SwinTransformer>> capabilities() {
    return List.of(
        new Capability.Classify<>((model, input) -> List.of(model.forward(input))),
        new Capability.Embed<>(SwinTransformer::features));
  }
}
