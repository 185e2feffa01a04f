package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.vision.AlexNet;
import java.util.List;

/** The entry of AlexNet. */
public final class AlexNetEntry extends ImageClassifierEntry<AlexNet> {
  private static final Hyperparameter<Integer> IN_CHANNELS = inChannels(3);
  private static final Hyperparameter<Integer> NUM_CLASSES = numClasses(1000);
  private static final Hyperparameter<Double> DROPOUT = dropout("dropout", 0.5);

  /** The entry named {@code alexnet}. */
  public AlexNetEntry() {
    super("alexnet", "AlexNet in one tower, as torchvision's");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(IN_CHANNELS, NUM_CLASSES, DROPOUT);
  }

  @Override
  public AlexNet build(Settings settings, Initializer initializer) {
    return new AlexNet(
        settings.get(IN_CHANNELS), settings.get(NUM_CLASSES), settings.get(DROPOUT), initializer);
  }

  @Override
  InputSize sideOf(String name, Settings settings) {
    return InputSize.atLeast(name, 63);
  }

  @Override
  Hyperparameter<Integer> channels() {
    return IN_CHANNELS;
  }
}
