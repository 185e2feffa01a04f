package io.troupe.data.augment;

/**
 * Rotates the image about its center, with bilinear interpolation.
 *
 * @param degrees maximum angle in either direction
 */
public record RandomRotation(double degrees) implements Augmentation {
  /** Checks the range. */
  public RandomRotation {
    Ranges.require(degrees > 0 && degrees <= 180, "rotate", degrees, "degrees in (0, 180]");
  }

  @Override
  public void apply(Raster raster, Draws draws) {
    raster.rotate(draws.uniform(-degrees, degrees));
  }
}
