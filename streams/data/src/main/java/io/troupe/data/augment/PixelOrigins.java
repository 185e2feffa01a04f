package io.troupe.data.augment;

import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/**
 * The previous position of each pixel of a changed image, by which labels of pixels are moved. A
 * rotation takes the nearest pixel, as {@code rotate} of torchvision with nearest interpolation.
 * Changes of color and erased rectangles move no pixel.
 */
public final class PixelOrigins implements Raster {
  /** Marks a pixel that comes from outside the image. */
  public static final int OUTSIDE = -1;

  private final int height;
  private final int width;
  private int[] origins;

  /** The positions in an unchanged image. */
  public PixelOrigins(int height, int width) {
    this.height = height;
    this.width = width;
    this.origins = new int[height * width];
    Arrays.setAll(origins, i -> i);
  }

  /** The previous index of each pixel, in row-major order, or {@link #OUTSIDE}. */
  public int[] toArray() {
    return origins.clone();
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void flipHorizontal() {
    move((y, x) -> at(y, width - 1 - x));
  }

  @Override
  public void flipVertical() {
    move((y, x) -> at(height - 1 - y, x));
  }

  @Override
  public void shift(int down, int right) {
    move((y, x) -> at(y - down, x - right));
  }

  @Override
  public void rotate(double degrees) {
    Rotation rotation = Rotation.of(degrees, height, width);
    move(
        (y, x) -> at((int) Math.rint(rotation.fromY(y, x)), (int) Math.rint(rotation.fromX(y, x))));
  }

  private int at(int y, int x) {
    return y >= 0 && y < height && x >= 0 && x < width ? y * width + x : OUTSIDE;
  }

  /** Sets each pixel (y, x) to the value of the pixel that {@code from} returns. */
  private void move(IntBinaryOperator from) {
    int[] moved = new int[origins.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int before = from.applyAsInt(y, x);
        moved[y * width + x] = before == OUTSIDE ? OUTSIDE : origins[before];
      }
    }
    origins = moved;
  }

  @Override
  public void fill(int top, int left, int numRows, int numColumns, float value) {}

  @Override
  public void brightness(double factor) {}

  @Override
  public void contrast(double factor) {}

  @Override
  public void saturation(double factor) {}
}
