package io.troupe.data.augment;

import java.util.Arrays;

/**
 * An image within the values of a batch; changed in place.
 *
 * @param values of the batch, pixels between 0 and 1
 * @param offset of the image's first pixel
 * @param channels 1 for gray, 3 for RGB
 * @param height in pixels
 * @param width in pixels
 */
@SuppressWarnings("ArrayRecordComponent") // a view that writes through
public record ImageView(float[] values, int offset, int channels, int height, int width)
    implements Raster {

  /** The number of pixels of a channel. */
  int plane() {
    return height * width;
  }

  /** The index of the first pixel of a row. */
  int row(int channel, int y) {
    return offset + (channel * height + y) * width;
  }

  /** A copy of the current values. */
  float[] copy() {
    return Arrays.copyOfRange(values, offset, offset + channels * plane());
  }

  @Override
  public void flipHorizontal() {
    for (int row = 0; row < channels * height; row++) {
      int left = offset + row * width;
      for (int right = left + width - 1; left < right; left++, right--) {
        swap(left, right);
      }
    }
  }

  @Override
  public void flipVertical() {
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height / 2; y++) {
        for (int x = 0; x < width; x++) {
          swap(row(c, y) + x, row(c, height - 1 - y) + x);
        }
      }
    }
  }

  private void swap(int a, int b) {
    float value = values[a];
    values[a] = values[b];
    values[b] = value;
  }

  /** Shifts the image; pixels from outside are 0. */
  @Override
  public void shift(int down, int right) {
    float[] before = copy();
    Arrays.fill(values, offset, offset + before.length, 0);
    int length = width - Math.abs(right);
    for (int c = 0; length > 0 && c < channels; c++) {
      for (int y = Math.max(0, down); y < Math.min(height, height + down); y++) {
        int from = (c * height + y - down) * width + Math.max(0, -right);
        System.arraycopy(before, from, values, row(c, y) + Math.max(0, right), length);
      }
    }
  }

  @Override
  public void fill(int top, int left, int numRows, int numColumns, float value) {
    for (int c = 0; c < channels; c++) {
      for (int y = top; y < top + numRows; y++) {
        Arrays.fill(values, row(c, y) + left, row(c, y) + left + numColumns, value);
      }
    }
  }

  /**
   * Rotates the image about its center, counter-clockwise, as {@code rotate} of torchvision with
   * bilinear interpolation rotates a tensor. Pixels from outside are 0.
   */
  @Override
  public void rotate(double degrees) {
    float[] before = copy();
    Rotation rotation = Rotation.of(degrees, height, width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        interpolate(before, rotation.fromY(y, x), rotation.fromX(y, x), y, x);
      }
    }
  }

  /** Sets a pixel to the interpolated value at a position between pixels. */
  private void interpolate(float[] before, double fromY, double fromX, int y, int x) {
    int top = (int) Math.floor(fromY);
    int left = (int) Math.floor(fromX);
    double down = fromY - top;
    double right = fromX - left;
    for (int c = 0; c < channels; c++) {
      double value =
          (1 - down) * (1 - right) * at(before, c, top, left)
              + (1 - down) * right * at(before, c, top, left + 1)
              + down * (1 - right) * at(before, c, top + 1, left)
              + down * right * at(before, c, top + 1, left + 1);
      values[row(c, y) + x] = (float) value;
    }
  }

  private double at(float[] before, int channel, int y, int x) {
    boolean inside = y >= 0 && y < height && x >= 0 && x < width;
    return inside ? before[(channel * height + y) * width + x] : 0;
  }

  @Override
  public void brightness(double factor) {
    for (int i = offset; i < offset + channels * plane(); i++) {
      values[i] = blend(values[i], 0, factor);
    }
  }

  @Override
  public void contrast(double factor) {
    double sum = 0;
    for (int i = 0; i < plane(); i++) {
      sum += gray(i);
    }
    float mean = (float) (sum / plane());
    for (int i = offset; i < offset + channels * plane(); i++) {
      values[i] = blend(values[i], mean, factor);
    }
  }

  @Override
  public void saturation(double factor) {
    for (int i = 0; channels == 3 && i < plane(); i++) {
      float gray = gray(i);
      for (int c = 0; c < channels; c++) {
        int at = offset + c * plane() + i;
        values[at] = blend(values[at], gray, factor);
      }
    }
  }

  private float gray(int i) {
    int at = offset + i;
    return channels == 3
        ? 0.2989f * values[at] + 0.587f * values[at + plane()] + 0.114f * values[at + 2 * plane()]
        : values[at];
  }

  private static float blend(float value, float other, double factor) {
    return Math.clamp((float) (factor * value + (1 - factor) * other), 0f, 1f);
  }
}
