package io.troupe.data.augment;

/**
 * Mirrors left and right.
 *
 * @param p probability
 */
public record RandomHorizontalFlip(double p) implements Augmentation {
  /** Checks the range. */
  public RandomHorizontalFlip {
    Ranges.requireProbability("flip", p);
  }

  @Override
  public void apply(Raster raster, Draws draws) {
    if (draws.chance(p)) {
      raster.flipHorizontal();
    }
  }
}
