package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.vit.DistilledVisionTransformer;
import io.troupe.nn.vit.Pooling;
import io.troupe.nn.vit.Positions;
import io.troupe.nn.vit.ViTConfig;
import io.troupe.nn.vit.ViTConfigJson;
import java.util.List;
import java.util.Optional;

/** The entry of DeiT with a distillation token. */
public final class DeiTEntry extends ImageClassifierEntry<DistilledVisionTransformer> {
  private static final ViTSettings SIZES = ViTSettings.of(192, 3);

  /** The entry named {@code deit_tiny}. */
  public DeiTEntry() {
    super(
        Family.VISION_TRANSFORMER,
        "deit_tiny",
        "vision transformer that learns from a teacher, as timm's deit_tiny_distilled_patch16_224");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return SIZES.with();
  }

  @Override
  public DistilledVisionTransformer build(Settings settings, Initializer initializer) {
    return new DistilledVisionTransformer(config(settings), initializer);
  }

  @Override
  public Optional<ConfigJson> libraryConfig(Settings settings) {
    return ViTConfigJson.ofDistilled(config(settings));
  }

  private static ViTConfig config(Settings settings) {
    return SIZES.config(settings, Positions.LEARNED, Pooling.TOKEN);
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
  public List<Capability<DistilledVisionTransformer>> capabilities() {
    return List.of(
        new Capability.Classify<>((model, input) -> List.of(model.forward(input))),
        new Capability.Distill<>(DistilledVisionTransformer::logits),
        new Capability.ShowAttention<>(DistilledVisionTransformer::attentionRollout));
  }
}
