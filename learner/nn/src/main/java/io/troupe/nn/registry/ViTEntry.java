package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.vit.Pooling;
import io.troupe.nn.vit.Positions;
import io.troupe.nn.vit.ViTConfig;
import io.troupe.nn.vit.ViTConfigJson;
import io.troupe.nn.vit.VisionTransformer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The entries of the vision transformer. */
public final class ViTEntry extends ImageClassifierEntry<VisionTransformer> {
  private static final Hyperparameter<String> POSITIONS =
      Hyperparameter.choice(
          "positions",
          "learned",
          List.of("learned", "sinusoidal", "relative"),
          "how the places of patches are known");
  private static final Hyperparameter<String> POOLING =
      Hyperparameter.choice(
          "global_pool",
          "token",
          List.of("token", "avg"),
          "input of the classifier: a class token, or the mean of the patches");

  private final ViTSettings sizes;

  private ViTEntry(String name, String summary, ViTSettings sizes) {
    super(Family.VISION_TRANSFORMER, name, summary);
    this.sizes = sizes;
  }

  /** The entry named {@code vit_tiny}. */
  public static ViTEntry tiny() {
    return new ViTEntry(
        "vit_tiny",
        "vision transformer of 12 layers, as timm's vit_tiny_patch16_224",
        ViTSettings.of(192, 3));
  }

  /** The entry named {@code vit_base}. */
  public static ViTEntry base() {
    return new ViTEntry(
        "vit_base",
        "vision transformer of 12 layers, as timm's vit_base_patch16_224",
        ViTSettings.of(768, 12));
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return sizes.with(POSITIONS, POOLING);
  }

  @Override
  public VisionTransformer build(Settings settings, Initializer initializer) {
    return new VisionTransformer(config(settings), initializer);
  }

  @Override
  public Optional<ConfigJson> libraryConfig(Settings settings) {
    return ViTConfigJson.of(config(settings));
  }

  private ViTConfig config(Settings settings) {
    return sizes.config(
        settings,
        Positions.valueOf(settings.get(POSITIONS).toUpperCase(Locale.ROOT)),
        Pooling.valueOf(settings.get(POOLING).toUpperCase(Locale.ROOT)));
  }

  @Override
  InputSize sideOf(String name, Settings settings) {
    return InputSize.exactly(name, settings.get(ViTSettings.IMAGE_SIZE));
  }

  @Override
  Hyperparameter<Integer> channels() {
    return ViTSettings.IN_CHANNELS;
  }

  @Override
  public List<Capability<VisionTransformer>> capabilities() {
    return List.of(
        new Capability.Classify<>((model, input) -> List.of(model.forward(input))),
        new Capability.Embed<>(VisionTransformer::features),
        new Capability.ShowAttention<>(VisionTransformer::attentionRollout));
  }
}
