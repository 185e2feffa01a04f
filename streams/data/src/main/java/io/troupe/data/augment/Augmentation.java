package io.troupe.data.augment;

import io.troupe.data.dataset.ExampleTransform;
import io.troupe.tensor.random.Philox;
import java.util.List;
import java.util.Optional;

/**
 * A random change of an image that keeps its size. Labels of pixels, as in segmentation, are moved
 * with the pixels. Immutable.
 */
public interface Augmentation {
  /** Changes nothing. */
  Augmentation NONE = Compose.of();

  /**
   * Changes an image, or the labels of its pixels, in place.
   *
   * @param draws random numbers of this augmentation and image; their count depends on the size of
   *     the image, not on its colors
   */
  void apply(Raster raster, Draws draws);

  /** Returns whether no image is ever changed. */
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
   * @param epoch random generator of the epoch, from which each example derives its own
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
              "augment must be empty for examples that are not images (channels, height, width),"
                  + " got the sizes "
                  + sizes
                  + "; remove augment, or set shape");
        }
        change(new ImageView(values, offset, sizes.get(0), sizes.get(1), sizes.get(2)), place);
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
