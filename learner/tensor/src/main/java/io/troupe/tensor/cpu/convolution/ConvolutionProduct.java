package io.troupe.tensor.cpu.convolution;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.products.Product;
import io.troupe.tensor.cpu.products.Tiles;
import io.troupe.tensor.cpu.threads.ComputePool;

/**
 * A convolution of floats as the product of its weight with a matrix that has a column for each
 * window. The matrix is never stored: its rows are stretches of the padded images, which
 * neighboring windows read at an offset of each product. Results are written in place.
 *
 * @param images layout of the padded images
 * @param offsets address of the offsets of the products of a window, see {@link Offsets}
 * @param padded address of the padded images
 * @param weight address of the weight
 * @param bias address of the bias, or 0
 * @param out address of the result, which is overwritten
 */
record ConvolutionProduct(
    ConvolutionShape s,
    PaddedImages images,
    long offsets,
    long padded,
    long weight,
    long bias,
    long out) {
  /** Columns that the widest tiles take. */
  private static final int WIDTH = 2 * COLUMNS;

  private static final int WANTED_PARTS = 8;

  /** Minimum number of output channels of a part. */
  private static final int LEAST_ROWS = 48;

  /** Minimum number of multiply-adds of a part. */
  private static final long WORTH_A_PART = 1 << 20;

  /** Adjacent columns whose windows are adjacent: those of a row, or all of them. */
  private int rowLength() {
    return s.isPointwise() ? s.outPlane() : s.outWidth();
  }

  void run(ComputePool pool) {
    long each = Math.max(1, WORTH_A_PART / ((long) s.groupOut() * s.k() * WIDTH));
    int strip = (int) Math.min(rowLength(), each * WIDTH);
    int stripsPerRow = (rowLength() + strip - 1) / strip;
    int strips = s.groups() * s.batch() * (s.outPlane() / rowLength()) * stripsPerRow;
    int mostRowParts = Math.max(1, s.groupOut() / LEAST_ROWS);
    int rowParts = Math.clamp((WANTED_PARTS + strips - 1) / strips, 1, mostRowParts);
    pool.run(
        strips * rowParts,
        part -> {
          int row = s.groupOut() * (part % rowParts) / rowParts;
          int end = s.groupOut() * (part % rowParts + 1) / rowParts;
          int line = part / rowParts / stripsPerRow;
          int column = part / rowParts % stripsPerRow * strip;
          strip(line, column, Math.min(strip, rowLength() - column), row, end - row);
        });
  }

  /**
   * Computes some columns of a line.
   *
   * @param line rows of windows, counted through images and then through groups
   */
  private void strip(int line, int column, int count, int row, int rows) {
    int lines = s.outPlane() / rowLength();
    int y = line % lines;
    int n = line / lines % s.batch();
    int group = line / lines / s.batch();
    int channel = group * s.groupOut() + row;
    long outRow = 4L * s.outPlane();
    long to =
        out + ((long) n * s.outChannels() + channel) * outRow + 4L * (y * rowLength() + column);
    if (bias != 0) {
      BiasRows.fill(to, outRow, rows, count, bias + 4L * channel);
    }
    long firstChannel = (long) n * s.inChannels() + (long) group * s.groupIn();
    long windows =
        padded
            + firstChannel * images.planeBytes()
            + y * s.window().height().stride() * images.rowBytes()
            + 4L * column;
    int kBlock = Product.kBlock(s.k());
    for (int k = 0; k < s.k(); k += kBlock) {
      Tiles.gather(
          rows,
          count,
          Math.min(kBlock, s.k() - k),
          weight + 4L * ((long) channel * s.k() + k),
          4L * s.k(),
          windows,
          offsets + (long) k * Long.BYTES,
          to,
          outRow,
          k == 0 && bias == 0);
    }
  }
}
