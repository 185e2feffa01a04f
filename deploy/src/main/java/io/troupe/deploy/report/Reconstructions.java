package io.troupe.deploy.report;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;

/** Reconstructions of an autoencoder: a row of reconstructions above a row of the originals. */
public final class Reconstructions {
  private static final int COLUMNS = 12;

  private Reconstructions() {}

  /**
   * Draws pairs in rows of up to 12.
   *
   * @param originals (pictures, channels, height, width), in [0, 1]
   * @param reconstructed same shape as {@code originals}
   */
  public static BufferedImage draw(
      float[] originals, float[] reconstructed, int channels, int height, int width) {
    int numel = channels * height * width;
    if (originals.length != reconstructed.length || originals.length % numel != 0) {
      throw new IllegalArgumentException(
          "%d original and %d reconstructed values for pictures of %dx%dx%d"
              .formatted(originals.length, reconstructed.length, channels, height, width));
    }
    int pictures = originals.length / numel;
    int columns = Math.clamp(pictures, 1, COLUMNS);
    PictureGrid grid =
        new PictureGrid("reconstructions above originals", columns, channels, height, width);
    for (int from = 0; from + columns <= pictures; from += columns) {
      int to = from + columns;
      grid.add(Arrays.copyOfRange(reconstructed, from * numel, to * numel), List.of());
      grid.add(Arrays.copyOfRange(originals, from * numel, to * numel), List.of());
    }
    return grid.draw();
  }
}
