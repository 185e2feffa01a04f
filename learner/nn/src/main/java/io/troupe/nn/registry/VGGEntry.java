package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.vision.VGG;
import java.util.List;

/** The entry of VGG-16. */
public final class VGGEntry extends ImageClassifierEntry<VGG> {
  private static final Hyperparameter<Integer> IN_CHANNELS = inChannels(3);
  private static final Hyperparameter<Integer> NUM_CLASSES = numClasses(1000);
  private static final Hyperparameter<Boolean> BATCH_NORM =
      Hyperparameter.flag(
          "batch_norm", false, "whether convolutions are normalized, as in vgg16_bn");
  private static final Hyperparameter<Double> DROPOUT = dropout("dropout", 0.5);

  /** The entry named {@code vgg16}. */
  public VGGEntry() {
    super("vgg16", "VGG with 16 layers, as torchvision's; with batch_norm=true its vgg16_bn");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(IN_CHANNELS, NUM_CLASSES, BATCH_NORM, DROPOUT);
  }

  @Override
  public VGG build(Settings settings, Initializer initializer) {
    return new VGG(
        settings.get(IN_CHANNELS),
        settings.get(NUM_CLASSES),
        settings.get(BATCH_NORM),
        settings.get(DROPOUT),
        initializer);
  }

  @Override
  InputSize sideOf(String name, Settings settings) {
    return InputSize.atLeast(name, 32);
  }

  @Override
  Hyperparameter<Integer> channels() {
    return IN_CHANNELS;
  }
}
