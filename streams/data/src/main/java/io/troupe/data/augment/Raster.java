package io.troupe.data.augment;

/**
 * The target of an augmentation: an image, or the positions of its pixels. Both receive the same
 * calls with the same random numbers, and so stay aligned.
 */
public interface Raster {
  /** In pixels. */
  int height();

  /** In pixels. */
  int width();

  /** Mirrors left and right. */
  void flipHorizontal();

  /** Mirrors top and bottom. */
  void flipVertical();

  /** Shifts by whole pixels; pixels from outside are empty. */
  void shift(int down, int right);

  /** Rotates about the center, counter-clockwise; pixels from outside are empty. */
  void rotate(double degrees);

  /** Sets the colors of a rectangle to a value. */
  void fill(int top, int left, int numRows, int numColumns, float value);

  /** Multiplies colors by a factor and limits them to 1. */
  void brightness(double factor);

  /** Moves colors towards the mean of the gray image (factor below 1) or away from it. */
  void contrast(double factor);

  /** Moves colors towards gray (factor below 1) or away from it; a gray image does not change. */
  void saturation(double factor);
}
