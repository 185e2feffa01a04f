package io.troupe.data.augment;

/**
 * Mirrors top and bottom.
 *
 * @param p probability
 */
public record RandomVerticalFlip(double p) implements Augmentation {
  /** Checks the range. */
  public RandomVerticalFlip {
    Ranges.requireProbability("vflip", p);
  }

  @Override
  public void apply(Raster raster, Draws draws) {
    if (draws.chance(p)) {
      raster.flipVertical();
    }
  }
}
