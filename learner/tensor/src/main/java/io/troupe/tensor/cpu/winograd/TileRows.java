package io.troupe.tensor.cpu.winograd;

import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;

import io.troupe.tensor.cpu.images.ConvolutionShape;

/**
 * Some neighboring tiles of {@link Winograd}, split into runs within one row of tiles of one image,
 * at most as long as the transforms allow.
 */
final class TileRows {
  private final ConvolutionShape s;
  private final ConvolutionShape grid;
  private final Transforms transforms;
  private final int[] firstTile;
  private final int[] tiles;
  private final int[] image;
  private final int[] y;
  private final int[] x;
  private int count;

  /**
   * Tiles of a convolution.
   *
   * @param most the most tiles at once
   */
  TileRows(ConvolutionShape s, Transforms transforms, int most) {
    this.s = s;
    this.grid = Winograd.tiles(s);
    this.transforms = transforms;
    firstTile = new int[most];
    tiles = new int[most];
    image = new int[most];
    y = new int[most];
    x = new int[most];
  }

  /** Moves to tiles {@code [first, first + number)}. */
  void moveTo(long first, int number) {
    int across = grid.outWidth();
    count = 0;
    for (int tile = 0; tile < number; count++) {
      long row = (first + tile) / across;
      int column = (int) ((first + tile) % across);
      firstTile[count] = tile;
      tiles[count] = Math.min(transforms.lanes(), Math.min(across - column, number - tile));
      image[count] = (int) (row / grid.outHeight());
      y[count] = 2 * (int) (row % grid.outHeight());
      x[count] = 2 * column;
      tile += tiles[count];
    }
  }

  /**
   * Transforms the inputs of some channels. Vectors are written whole: up to one more than there
   * are tiles.
   *
   * @param images the first channel of the first image
   * @param to the first point of the first tile, with {@code toChannel} bytes to the next channel
   */
  void transform(long images, int channels, long to, long toChannel, long point) {
    long imageBytes = 4L * s.inChannels() * s.height() * s.width();
    for (int i = 0; i < count; i++) {
      transforms.inputs(
          images + image[i] * imageBytes,
          s.height(),
          s.width(),
          y[i] - s.window().height().padding(),
          x[i] - s.window().width().padding(),
          tiles[i],
          channels,
          to + 4L * firstTile[i],
          toChannel,
          point);
    }
  }

  /**
   * Transforms products back and writes them to some channels.
   *
   * @param from products at the first point, with {@code fromChannel} bytes to the next channel
   * @param out the first channel of the first image of the result
   * @param bias of the first channel, or 0
   */
  void write(long from, long fromChannel, long point, int channels, long out, long bias) {
    long imageBytes = 4L * s.outChannels() * s.outPlane();
    for (int i = 0; i < count; i++) {
      transforms.outputs(
          from + 4L * firstTile[i],
          fromChannel,
          point,
          tiles[i],
          channels,
          out + image[i] * imageBytes + 4L * ((long) y[i] * s.outWidth() + x[i]),
          4L * s.outWidth(),
          4L * s.outPlane(),
          Math.min(2 * tiles[i], s.outWidth() - x[i]),
          y[i] + 1 < s.outHeight(),
          bias);
    }
  }

  /**
   * Transforms the gradients of outputs, which are 0 outside the images.
   *
   * @param panel the gradients of the first image, a row of a panel for each window
   * @param to the first point of the first tile, with a panel's row to the next tile
   */
  void transformGradients(long panel, long to, long point) {
    for (int i = 0; i < count; i++) {
      long window = (long) image[i] * s.outPlane() + (long) y[i] * s.outWidth() + x[i];
      long upper = panel + window * ROW_BYTES;
      long lower = y[i] + 1 < s.outHeight() ? upper + (long) s.outWidth() * ROW_BYTES : 0;
      long target = to + (long) firstTile[i] * ROW_BYTES;
      int whole = Math.min(tiles[i], (s.outWidth() - x[i]) / 2);
      if (whole > 0) {
        transforms.gradients(upper, lower, true, whole, target, point);
      }
      if (whole < tiles[i]) {
        long skipped = 2L * whole * ROW_BYTES;
        long below = lower == 0 ? 0 : lower + skipped;
        transforms.gradients(
            upper + skipped, below, false, 1, target + (long) whole * ROW_BYTES, point);
      }
    }
  }
}
