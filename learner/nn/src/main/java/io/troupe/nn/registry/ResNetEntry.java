package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.vision.ResNet;
import java.util.List;

/** The entries of the residual networks. */
public final class ResNetEntry extends ImageClassifierEntry<ResNet> {
  private static final Hyperparameter<Integer> IN_CHANNELS = inChannels(3);
  private static final Hyperparameter<Integer> NUM_CLASSES = numClasses(1000);

  private final Builder builder;

  /** One of the factories of {@link ResNet}. */
  private interface Builder {
    ResNet build(int inChannels, int numClasses, Initializer initializer);
  }

  private ResNetEntry(String name, String summary, Builder builder) {
    super(name, summary);
    this.builder = builder;
  }

  /** The entry named {@code resnet18}. */
  public static ResNetEntry resnet18() {
    return new ResNetEntry(
        "resnet18", "residual network of 18 layers, as torchvision's", ResNet::resnet18);
  }

  /** The entry named {@code resnet50}. */
  public static ResNetEntry resnet50() {
    return new ResNetEntry(
        "resnet50", "residual network of 50 layers, as torchvision's", ResNet::resnet50);
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(IN_CHANNELS, NUM_CLASSES);
  }

  @Override
  public ResNet build(Settings settings, Initializer initializer) {
    return builder.build(settings.get(IN_CHANNELS), settings.get(NUM_CLASSES), initializer);
  }

  @Override
  InputSize sideOf(String name, Settings settings) {
    return InputSize.any(name);
  }

  @Override
  Hyperparameter<Integer> channels() {
    return IN_CHANNELS;
  }
}
