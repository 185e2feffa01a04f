package io.troupe.data.augment;

/**
 * Shifts the image by whole pixels; torchvision's {@code RandomAffine} with {@code translate}
 * alone. Pixels from outside the image are 0.
 *
 * @param translate maximum shift, as a fraction of width and height
 */
public record RandomAffine(double translate) implements Augmentation {
  /** Checks the range. */
  public RandomAffine {
    Ranges.require(
        translate > 0 && translate <= 1, "shift", translate, "a fraction of the size in (0, 1]");
  }

  @Override
  public void apply(Raster raster, Draws draws) {
    double farthestX = translate * raster.width();
    double farthestY = translate * raster.height();
    int right = (int) Math.rint(draws.uniform(-farthestX, farthestX));
    int down = (int) Math.rint(draws.uniform(-farthestY, farthestY));
    raster.shift(down, right);
  }
}
