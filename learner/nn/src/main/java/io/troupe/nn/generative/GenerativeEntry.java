package io.troupe.nn.generative;

import io.troupe.nn.Module;
import io.troupe.nn.entry.Family;
import io.troupe.nn.entry.Hyperparameter;
import io.troupe.nn.entry.InputSize;
import io.troupe.nn.entry.InputTensor;
import io.troupe.nn.entry.ModelEntry;
import io.troupe.nn.entry.Settings;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;

/**
 * What the entries of models have that learn from images themselves.
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

  /** What a network learns from and draws with. */
  abstract GenerativeModel generative(M module, Settings settings, DType dtype);

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

  /** Images of the size that is set. */
  static InputTensor images(Settings settings) {
    int size = settings.get(IMAGE_SIZE);
    return InputTensor.images(
        InputSize.exactly("channels", settings.get(IN_CHANNELS)),
        InputSize.exactly("height", size),
        InputSize.exactly("width", size));
  }
}
