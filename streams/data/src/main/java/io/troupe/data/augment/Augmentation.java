package io.troupe.data.augment;

import io.troupe.data.dataset.ExampleTransform;
import io.troupe.tensor.random.Philox;
import java.util.List;
import java.util.Optional;

/**
 * A random change of a picture that keeps its size. What is known of each pixel, as the labels of a
 * segmentation, moves with it. Immutable.
 */
public interface Augmentation {
  /** Changes nothing. */
  Augmentation NONE = Compose.of();

  /**
   * Changes a picture in place, or what is known of its pixels.
   *
   * @param draws the randomness, a stream of this augmentation and picture alone; how many are
   *     drawn depends on the size of the picture, never on its colours
   */
  void apply(Raster raster, Draws draws);

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
    return new ExampleTransform() {
      @Override
      public void apply(float[] values, int offset, List<Integer> sizes, int place) {
        if (sizes.size() != 3) {
          throw new IllegalArgumentException(
              "augment changes pictures (channels, height, width), but an example has the sizes "
                  + sizes
                  + ": leave augment out, or set shape");
        }
        change(new Picture(values, offset, sizes.get(0), sizes.get(1), sizes.get(2)), place);
      }

      @Override
      public Optional<int[]> origins(int height, int width, int place) {
        PixelOrigins origins = new PixelOrigins(height, width);
        change(origins, place);
        return Optional.of(origins.toArray());
      }

      private void change(Raster raster, int place) {
        Augmentation.this.apply(raster, new Draws(epoch.derive(indices[place])));
      }
    };
  }
}
