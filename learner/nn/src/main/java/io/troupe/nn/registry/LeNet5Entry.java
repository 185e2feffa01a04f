package io.troupe.nn.registry;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.AvgPool2d;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.MaxPool2d;
import io.troupe.nn.vision.LeNet5;
import java.util.List;

/** The entry of LeNet-5. */
public final class LeNet5Entry extends ImageClassifierEntry<LeNet5> {
  private static final Hyperparameter<Integer> IN_CHANNELS = inChannels(1);
  private static final Hyperparameter<Integer> NUM_CLASSES = numClasses(10);
  private static final Hyperparameter<String> IMAGE_SIZE =
      Hyperparameter.choice(
          "image_size", "28", List.of("28", "32"), "rows and columns of the images");
  private static final Hyperparameter<String> ACTIVATION =
      Hyperparameter.choice(
          "activation",
          "sigmoid",
          List.of("sigmoid", "relu", "tanh"),
          "after each layer but the last; sigmoid as in the original");
  private static final Hyperparameter<String> POOLING =
      Hyperparameter.choice(
          "pooling", "avg", List.of("avg", "max"), "kind of pooling; avg as in the original");
  private static final Hyperparameter<Integer> HIDDEN =
      Hyperparameter.whole("hidden", 64, 1, 1 << 20, "width of the layer before the last");

  /** The entry named {@code lenet5}. */
  public LeNet5Entry() {
    super("lenet5", "LeNet-5: 5x5 convolutions to 6, 16 and 120 channels, then 64 and the classes");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(IN_CHANNELS, NUM_CLASSES, IMAGE_SIZE, ACTIVATION, POOLING, HIDDEN);
  }

  @Override
  public LeNet5 build(Settings settings, Initializer initializer) {
    Layer pooling = settings.get(POOLING).equals("avg") ? AvgPool2d.of(2) : MaxPool2d.of(2);
    return new LeNet5(
        settings.get(IN_CHANNELS),
        settings.get(NUM_CLASSES),
        imageSize(settings),
        settings.get(HIDDEN),
        Activation.named("activation", settings.get(ACTIVATION)),
        pooling,
        initializer);
  }

  private static int imageSize(Settings settings) {
    return Integer.parseInt(settings.get(IMAGE_SIZE));
  }

  @Override
  public List<Capability<LeNet5>> capabilities() {
    return List.of(
        new Capability.Classify<>(this::logits), new Capability.Embed<>(LeNet5::features));
  }

  @Override
  InputSize sideOf(String name, Settings settings) {
    return InputSize.exactly(name, imageSize(settings));
  }

  @Override
  Hyperparameter<Integer> channels() {
    return IN_CHANNELS;
  }
}
