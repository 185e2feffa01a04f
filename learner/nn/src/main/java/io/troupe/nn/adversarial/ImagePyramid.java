package io.troupe.nn.adversarial;

/**
 * The sizes of images that double from layer to layer.
 *
 * @param smallest rows and columns of the smallest images, 4 to 7
 * @param doublings from them to the largest, at least 1
 */
public record ImagePyramid(int smallest, int doublings) {
  private static final int SMALLEST = 4;
  private static final int LARGEST = 7;

  /**
   * The sizes up to one.
   *
   * @param imageSize rows and columns of the largest images
   * @throws IllegalArgumentException if it is not 4 to 7 times a power of two, at least 8
   */
  public static ImagePyramid of(int imageSize) {
    int start = imageSize;
    while (start % 2 == 0 && start > SMALLEST) {
      start /= 2;
    }
    if (start < SMALLEST || start > LARGEST || start == imageSize) {
      throw new IllegalArgumentException(
          "image_size must be 4 to 7 times a power of two, and at least 8, got " + imageSize);
    }
    return new ImagePyramid(start, Integer.numberOfTrailingZeros(imageSize / start));
  }
}
