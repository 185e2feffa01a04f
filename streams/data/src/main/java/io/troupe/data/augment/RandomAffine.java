package io.troupe.data.augment;

/**
 * Moves the picture by whole pixels; torchvision's {@code RandomAffine} with {@code translate}
 * alone. What comes in from outside is 0.
 *
 * @param translate the farthest, as a share of width and height
 */
public record RandomAffine(double translate) implements Augmentation {
  /** Checks the range. */
  public RandomAffine {
    Ranges.require(
        translate > 0 && translate <= 1, "shift", translate, "set a share in (0, 1] of the size");
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
