package io.troupe.data.augment;

/**
 * Changes brightness, contrast and saturation by factors between 1 - x and 1 + x, in random order.
 * Pixels must be between 0 and 1, and stay in this range.
 *
 * @param brightness x for the brightness; 0 for no change
 * @param contrast x for the contrast; 0 for no change
 * @param saturation x for the saturation; 0 for no change
 */
public record ColorJitter(double brightness, double contrast, double saturation)
    implements Augmentation {
  /** Checks the ranges. */
  public ColorJitter {
    for (double strength : new double[] {brightness, contrast, saturation}) {
      Ranges.require(strength >= 0 && strength <= 10, "color", strength, "0 (no change) to 10");
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
