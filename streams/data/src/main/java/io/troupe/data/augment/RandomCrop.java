package io.troupe.data.augment;

/**
 * Pads the image with zeros on all sides and crops a part of the original size.
 *
 * @param padding pixels on each side, 1 or more
 */
public record RandomCrop(int padding) implements Augmentation {
  /** Checks the range. */
  public RandomCrop {
    Ranges.require(padding >= 1 && padding <= 4096, "crop", padding, "a padding of 1 to 4096");
  }

  @Override
  public void apply(Raster raster, Draws draws) {
    int top = draws.below(2 * padding + 1);
    int left = draws.below(2 * padding + 1);
    crop(raster, top, left);
  }

  /** Crops the padded image at a corner. */
  void crop(Raster raster, int top, int left) {
    raster.shift(padding - top, padding - left);
  }
}
