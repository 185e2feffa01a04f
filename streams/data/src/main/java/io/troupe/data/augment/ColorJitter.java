package io.troupe.data.augment;

/**
 * Changes brightness, contrast and saturation by factors between 1 - x and 1 + x, in random order.
 * Pixels have to be between 0 and 1, and are afterwards.
 *
 * @param brightness 0 to leave it
 * @param contrast 0 to leave it
 * @param saturation 0 to leave it
 */
public record ColorJitter(double brightness, double contrast, double saturation)
    implements Augmentation {
  /** Checks the ranges. */
  public ColorJitter {
    for (double strength : new double[] {brightness, contrast, saturation}) {
      Ranges.require(
          strength >= 0 && strength <= 10, "color", strength, "set 0 (leave it) or more, as 0.2");
    }
  }

  @Override
  public void apply(Raster raster, Draws draws) {
    double bright = factor(brightness, draws);
    double contrasted = factor(contrast, draws);
    double saturated = factor(saturation, draws);
    int[] order = {0, 1, 2};
    for (int i = order.length - 1; i > 0; i--) {
      int j = draws.below(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    for (int what : order) {
      if (what == 0 && brightness > 0) {
        raster.brightness(bright);
      } else if (what == 1 && contrast > 0) {
        raster.contrast(contrasted);
      } else if (what == 2 && saturation > 0) {
        raster.saturation(saturated);
      }
    }
  }

  private static double factor(double strength, Draws draws) {
    return draws.uniform(Math.max(0, 1 - strength), 1 + strength);
  }
}
