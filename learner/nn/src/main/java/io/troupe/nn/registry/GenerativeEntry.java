package io.troupe.nn.registry;

import io.troupe.nn.Module;
import io.troupe.tensor.Shape;

/**
 * The common part of the entries of generative models of images.
 *
 * @param <M> the network
 */
abstract class GenerativeEntry<M extends Module> implements ModelEntry<M> {
  static final Hyperparameter<Integer> IN_CHANNELS =
      Hyperparameter.whole("in_channels", 1, 1, 4096, "channels of the images");
  static final Hyperparameter<Integer> IMAGE_SIZE =
      Hyperparameter.whole("image_size", 28, 1, 1024, "rows and columns of the images");

  private final String name;
  private final String summary;

  GenerativeEntry(String name, String summary) {
    this.name = name;
    this.summary = summary;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Family family() {
    return Family.GENERATIVE;
  }

  @Override
  public final String summary() {
    return summary;
  }

  /** The shape of an image, (channels, height, width). */
  static Shape image(Settings settings) {
    int size = settings.get(IMAGE_SIZE);
    return Shape.of(settings.get(IN_CHANNELS), size, size);
  }

  /** Images of the configured size. */
  static InputTensor images(Settings settings) {
    int size = settings.get(IMAGE_SIZE);
    return InputTensor.images(
        InputSize.exactly("channels", settings.get(IN_CHANNELS)),
        InputSize.exactly("height", size),
        InputSize.exactly("width", size));
  }
}
