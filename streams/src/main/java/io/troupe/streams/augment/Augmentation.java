package io.troupe.streams.augment;

import io.troupe.streams.dataset.ExampleTransform;
import io.troupe.tensor.random.Philox;

/** A random change of a picture that keeps its size. Immutable. */
public interface Augmentation {
  /** Changes nothing. */
  Augmentation NONE = Compose.of();

  /**
   * Changes a picture in place.
   *
   * @param draws the randomness, a stream of this augmentation and picture alone
   */
  void apply(Picture picture, Draws draws);

  /** Whether it changes nothing, whatever the picture. */
  default boolean isNone() {
    return false;
  }

  /**
   * Reads a setting such as {@code crop=4,flip,rotate=10}; see {@link AugmentationSetting}.
   *
   * @throws IllegalArgumentException if a name is unknown or a value out of range
   */
  static Augmentation parse(String setting) {
    return AugmentationSetting.parse(setting);
  }

  /**
   * The transform of a batch.
   *
   * @param epoch the randomness of the epoch; each example derives its own from it
   * @param indices of the batch's examples
   */
  default ExampleTransform transform(Philox epoch, int[] indices) {
    if (isNone()) {
      return ExampleTransform.NONE;
    }
    return (values, offset, sizes, place) -> {
      if (sizes.size() != 3) {
        throw new IllegalArgumentException(
            "augment changes pictures (channels, height, width), but an example has the sizes "
                + sizes
                + ": leave augment out, or set shape");
      }
      Picture picture = new Picture(values, offset, sizes.get(0), sizes.get(1), sizes.get(2));
      apply(picture, new Draws(epoch.derive(indices[place])));
    };
  }
}
