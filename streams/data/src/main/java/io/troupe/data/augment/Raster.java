package io.troupe.data.augment;

/**
 * What augmentations change: a picture, or what is known of each of its pixels. Both get the same
 * calls from the same draws, and so stay aligned.
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

  /** Moves it by whole pixels; what comes in from outside is empty. */
  void shift(int down, int right);

  /** Turns it about its centre, counter-clockwise; what comes in from outside is empty. */
  void rotate(double degrees);

  /** Sets a rectangle of colours to a value. */
  void fill(int top, int left, int numRows, int numColumns, float value);

  /** Multiplies colours by a factor, up to 1. */
  void brightness(double factor);

  /** Draws colours to the mean of the grey picture (factor below 1) or away from it. */
  void contrast(double factor);

  /** Draws colours to grey (factor below 1) or away from it; a grey picture stays as it is. */
  void saturation(double factor);
}
