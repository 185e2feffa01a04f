package io.troupe.data.augment;

/**
 * Replaces colors by their luminance; an image with one channel stays as it is.
 *
 * @param p probability
 */
public record RandomGrayscale(double p) implements Augmentation {
  /** Checks the range. */
  public RandomGrayscale {
    Ranges.requireProbability("gray", p);
  }

  @Override
  public void apply(Raster raster, Draws draws) {
    if (draws.chance(p)) {
      raster.saturation(0);
    }
  }
}
