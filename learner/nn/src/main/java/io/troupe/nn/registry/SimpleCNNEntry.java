package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.vision.SimpleCNN;
import java.util.List;

/** The entry of SimpleCNN. */
public final class SimpleCNNEntry extends ImageClassifierEntry<SimpleCNN> {
  private static final Hyperparameter<Integer> IN_CHANNELS = inChannels(1);
  private static final Hyperparameter<Integer> NUM_CLASSES = numClasses(10);
  private static final Hyperparameter<Integer> IMAGE_SIZE =
      Hyperparameter.whole(
          "image_size", 28, 4, 1024, "rows and columns of the images, a multiple of 4");
  private static final Hyperparameter<Double> DROPOUT = dropout("dropout", 0);

  /** The entry named {@code simplecnn}. */
  public SimpleCNNEntry() {
    super("simplecnn", "two 3x3 convolutions to 32 and 64 channels, then 128 and the classes");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(IN_CHANNELS, NUM_CLASSES, IMAGE_SIZE, DROPOUT);
  }

  @Override
  public SimpleCNN build(Settings settings, Initializer initializer) {
    int imageSize = settings.get(IMAGE_SIZE);
    if (imageSize % 4 != 0) {
      throw new IllegalArgumentException(
          "simplecnn: image_size must be a multiple of 4, got " + imageSize);
    }
    return new SimpleCNN(
        settings.get(IN_CHANNELS),
        settings.get(NUM_CLASSES),
        imageSize,
        settings.get(DROPOUT),
        initializer);
  }

  @Override
  InputSize sideOf(String name, Settings settings) {
    return InputSize.exactly(name, settings.get(IMAGE_SIZE));
  }

  @Override
  Hyperparameter<Integer> channels() {
    return IN_CHANNELS;
  }
}
