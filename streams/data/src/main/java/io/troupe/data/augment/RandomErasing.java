package io.troupe.data.augment;

/**
 * Sets a rectangle to black that covers 2 to 33 % of the image and has an aspect ratio of 0.3 to
 * 3.3 (Zhong et al. 2020, "Random erasing data augmentation"). Unlike torchvision's, which is
 * usually applied after normalization, it erases to black and not to the mean.
 *
 * @param p probability
 */
public record RandomErasing(double p) implements Augmentation {
  private static final double MIN_SHARE = 0.02;
  private static final double MAX_SHARE = 0.33;
  private static final double MIN_RATIO = 0.3;
  private static final double MAX_RATIO = 3.3;
  private static final int ATTEMPTS = 10;

  /** Checks the range. */
  public RandomErasing {
    Ranges.requireProbability("erase", p);
  }

  @Override
  public void apply(Raster raster, Draws draws) {
    if (!draws.chance(p)) {
      return;
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = (double) raster.height() * raster.width() * draws.uniform(MIN_SHARE, MAX_SHARE);
      double ratio = Math.exp(draws.uniform(Math.log(MIN_RATIO), Math.log(MAX_RATIO)));
      int rows = (int) Math.rint(Math.sqrt(area * ratio));
      int columns = (int) Math.rint(Math.sqrt(area / ratio));
      if (rows < raster.height() && columns < raster.width()) {
        int top = draws.below(raster.height() - rows + 1);
        int left = draws.below(raster.width() - columns + 1);
        raster.fill(top, left, rows, columns, 0);
        return;
      }
    }
  }
}
