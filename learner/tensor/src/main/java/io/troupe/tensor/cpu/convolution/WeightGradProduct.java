package io.troupe.tensor.cpu.convolution;

import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.GradientPanels;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.images.WindowColumns;
import io.troupe.tensor.cpu.products.Product;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.products.Tiles;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/**
 * The gradient of the weight of a convolution of floats, transposed: for each product k of a window
 * and each output channel, the sum over all windows of the input of the product times the gradient
 * of the channel.
 *
 * <p>Windows are split into chunks and blocks by shape alone. The sums of the blocks of a chunk are
 * added in order, then those of the chunks.
 *
 * @param images layout of the padded images
 * @param offsets of the products of a window
 * @param padded address of the padded images
 * @param gradients of the windows
 * @param partial room for {@link #partialBytes}: the sums of the chunks
 */
record WeightGradProduct(
    ConvolutionShape s,
    PaddedImages images,
    long[] offsets,
    long padded,
    GradientPanels gradients,
    long dWeight,
    long partial) {
  /** Windows whose products are summed at once. */
  private static final int BLOCK = 384;

  /** Rows of a part: with one block they fit the L2 cache. */
  private static final int ROWS = 4 * Product.MAX_ROWS;

  private static final int WANTED_PARTS = 16;

  /** Minimum number of windows of a chunk. */
  private static final int LEAST_CHUNK = 4 * BLOCK;

  private static int chunks(ConvolutionShape s) {
    int rowParts = (s.k() + ROWS - 1) / ROWS;
    long most = Math.max(1, s.columns() / LEAST_CHUNK);
    return (int) Math.min(most, Math.max(1, WANTED_PARTS / rowParts));
  }

  static long partialBytes(ConvolutionShape s) {
    return (long) chunks(s) * s.k() * GradientPanels.count(s) * ROW_BYTES;
  }

  void run(ComputePool pool) {
    int rowParts = (s.k() + ROWS - 1) / ROWS;
    int chunks = chunks(s);
    for (int g = 0; g < s.groups(); g++) {
      int group = g;
      gradients.fill(pool, group);
      pool.run(rowParts * chunks, part -> sum(group, part % rowParts * ROWS, part / rowParts));
      pool.run(rowParts, part -> addToWeight(group, part * ROWS));
    }
  }

  private void sum(int group, int row, int chunk) {
    int rows = Math.min(ROWS, s.k() - row);
    int chunks = chunks(s);
    long from = s.columns() * chunk / chunks;
    long to = s.columns() * (chunk + 1) / chunks;
    long rowBytes = 4L * BLOCK + 64;
    long copy = ProductScratch.ofThread().rows(rows * rowBytes);
    WindowColumns columns = new WindowColumns(images, images.imageBytes(), BLOCK);
    long groupImages = padded + group * s.groupIn() * images.planeBytes();
    long sumsAt = partial + ((long) chunk * s.k() + row) * GradientPanels.count(s) * ROW_BYTES;
    for (long first = from; first < to; first += BLOCK) {
      int length = (int) Math.min(BLOCK, to - first);
      columns.moveTo(first, length, 0);
      columns.copyRows(copy, rowBytes, rows, offsets, row, groupImages);
      Tiles.sums(
          rows,
          length,
          copy,
          rowBytes,
          Float.BYTES,
          gradients.address() + first * ROW_BYTES,
          gradients.panelBytes(),
          GradientPanels.count(s),
          sumsAt,
          (long) GradientPanels.count(s) * ROW_BYTES,
          first == from);
    }
  }

  private void addToWeight(int group, int row) {
    int rows = Math.min(ROWS, s.k() - row);
    long rowBytes = (long) GradientPanels.count(s) * ROW_BYTES;
    for (int chunk = 0; chunk < chunks(s); chunk++) {
      long from = partial + ((long) chunk * s.k() + row) * rowBytes;
      for (int o = 0; o < s.groupOut(); o++) {
        long to = dWeight + 4 * ((long) (group * s.groupOut() + o) * s.k() + row);
        for (int i = 0; i < rows; i++) {
          float more = Memory.getFloat(from + i * rowBytes + 4L * o);
          Memory.setFloat(to + 4L * i, Memory.getFloat(to + 4L * i) + more);
        }
      }
    }
  }
}
