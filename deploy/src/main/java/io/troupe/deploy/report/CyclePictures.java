package io.troupe.deploy.report;

import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Images of two domains with their translations: for each direction a row of images, a row of their
 * translations, and a row of the images translated back.
 *
 * @param channels of an image
 * @param height of an image
 * @param width of an image
 */
public record CyclePictures(int channels, int height, int width) {
  /** The number of images in a row. */
  public static final int COLUMNS = 12;

  /**
   * Draws the rows.
   *
   * @param rows images, translations, and images translated back of one direction, then of the
   *     other; each (pictures, channels, height, width), in [0, 1]
   */
  public BufferedImage draw(List<float[]> rows) {
    int pictures = rows.getFirst().length / (channels * height * width);
    PictureGrid grid =
        new PictureGrid(
            "images, translated, translated back; both directions",
            Math.max(1, pictures),
            channels,
            height,
            width);
    rows.forEach(row -> grid.add(row, List.of()));
    return grid.draw();
  }
}
