package io.troupe.tensor.cpu.winograd;

import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.GradientPanels;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.vectors.Lanes;
import jdk.incubator.vector.VectorMask;

/**
 * Some neighboring tiles of {@link Winograd}, split into runs within one row of tiles of one image:
 * the positions of their inputs and outputs.
 */
final class TileRows {
  private final ConvolutionShape s;
  private final ConvolutionShape grid;
  private final int[] fromTile;
  private final int[] tiles;
  private final long[] source;
  private final int[] length;
  private final long[] window;
  private final long[] target;
  private final boolean[] isPair;
  private int count;

  /**
   * Tiles of a convolution.
   *
   * @param most the most tiles at once
   */
  TileRows(ConvolutionShape s, int most) {
    this.s = s;
    this.grid = Winograd.tiles(s);
    fromTile = new int[most];
    tiles = new int[most];
    source = new long[most];
    length = new int[most];
    window = new long[most];
    target = new long[most];
    isPair = new boolean[most];
  }

  /**
   * Moves to tiles {@code [first, first + number)}.
   *
   * @param inputs of these tiles, and perhaps of others
   */
  void moveTo(long first, int number, TileInputs inputs) {
    int across = grid.outWidth();
    int down = grid.outHeight();
    count = 0;
    for (int tile = 0; tile < number; count++) {
      long row = (first + tile) / across;
      long n = row / down;
      int column = (int) ((first + tile) % across);
      int y = 2 * (int) (row % down);
      fromTile[count] = tile;
      tiles[count] = Math.min(across - column, number - tile);
      source[count] = inputs.offset(row) + 4L * column;
      length[count] = Math.min(2 * tiles[count], s.outWidth() - 2 * column);
      long place = (long) y * s.outWidth() + 2L * column;
      window[count] = n * s.outPlane() + place;
      target[count] = 4 * (n * s.outChannels() * s.outPlane() + place);
      isPair[count] = y + 1 < s.outHeight();
      tile += tiles[count];
    }
  }

  /**
   * Transforms the inputs of one channel. Vectors are written whole: up to one more than there are
   * tiles.
   *
   * @param inputs of the channel
   * @param from where {@link TileInputs#read} has put them
   * @param to the first point of the first tile, with {@code point} bytes to its next
   */
  void transform(TileInputs inputs, long from, long to, long point) {
    for (int i = 0; i < count; i++) {
      long at = from + source[i];
      long target = to + 4L * fromTile[i];
      Winograd.inputs(at, inputs.rowBytes(), inputs.oddBytes(), 4, target, point, tiles[i]);
    }
  }

  /**
   * Writes outputs to one channel.
   *
   * @param outputs two rows as {@link Winograd#outputs} makes them, with {@code row} from one to
   *     the other
   * @param channel the channel of the first image of the result
   */
  void write(long outputs, long row, long channel) {
    for (int i = 0; i < count; i++) {
      long read = outputs + 8L * fromTile[i];
      copy(read, channel + target[i], length[i]);
      if (isPair[i]) {
        copy(read + row, channel + target[i] + 4L * s.outWidth(), length[i]);
      }
    }
  }

  /**
   * Transforms the gradients of outputs, which are 0 outside the images.
   *
   * @param panel the gradients of the first image, as {@link GradientPanels} has them
   * @param to the first point of the first tile, with a panel's row to the next tile
   */
  void transformGradients(long panel, long to, long point) {
    for (int i = 0; i < count; i++) {
      long upper = panel + window[i] * ROW_BYTES;
      long lower = isPair[i] ? upper + (long) s.outWidth() * ROW_BYTES : ProductScratch.ZEROS;
      int step = isPair[i] ? ROW_BYTES : 0;
      for (int tile = 0; tile < tiles[i]; tile++) {
        boolean isWhole = 2 * tile + 1 < length[i];
        Winograd.gradients(
            upper,
            isWhole ? upper + ROW_BYTES : ProductScratch.ZEROS,
            lower,
            isWhole ? lower + step : ProductScratch.ZEROS,
            to + (long) (fromTile[i] + tile) * ROW_BYTES,
            point);
        upper += 2 * ROW_BYTES;
        lower += 2 * step;
      }
    }
  }

  private static void copy(long from, long to, int length) {
    int whole = Lanes.whole(length);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(from + 4L * i), to + 4L * i);
    }
    if (whole < length) {
      VectorMask<Float> rest = Lanes.first(length - whole);
      Lanes.store(Lanes.load(from + 4L * whole), to + 4L * whole, rest);
    }
  }
}
