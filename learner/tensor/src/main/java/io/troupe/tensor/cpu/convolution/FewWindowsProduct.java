package io.troupe.tensor.cpu.convolution;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;
import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.images.WindowColumns;
import io.troupe.tensor.cpu.products.Product;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.products.Tiles;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/**
 * A {@link ConvolutionProduct} of a few panels of windows and many output channels: the panels are
 * filled once, and each part multiplies some channels with all of them. The weight comes from
 * memory, which is fastest row by row.
 *
 * @param product the convolution
 * @param panels room for {@link #bytes}: blocks of k, each of all panels
 */
record FewWindowsProduct(ConvolutionProduct product, long panels) {
  private static final int MOST_PANELS = 8;

  private static final int WANTED_PARTS = 16;

  /** Minimum number of channels of a part. */
  private static final int LEAST_ROWS = 4 * Product.MAX_ROWS;

  /** Whether this algorithm is the fastest for a convolution. */
  static boolean fits(ConvolutionShape s) {
    return numPanels(s) <= MOST_PANELS && s.groupOut() > LEAST_ROWS;
  }

  private static int numPanels(ConvolutionShape s) {
    return Math.toIntExact((s.columns() + COLUMNS - 1) / COLUMNS);
  }

  /** A panel of one block of k, and room for a vector at its end. */
  private static long panelBytes(ConvolutionShape s) {
    return (long) Product.kBlock(s.k()) * ROW_BYTES + ROW_BYTES;
  }

  private static int blocks(ConvolutionShape s) {
    int kBlock = Product.kBlock(s.k());
    return (s.k() + kBlock - 1) / kBlock;
  }

  static long bytes(ConvolutionShape s) {
    return blocks(s) * numPanels(s) * panelBytes(s);
  }

  void run(ComputePool pool) {
    ConvolutionShape s = product.s();
    int wanted = (s.groupOut() + WANTED_PARTS - 1) / WANTED_PARTS;
    int rows = Math.max(LEAST_ROWS, (wanted + 11) / 12 * 12);
    for (int g = 0; g < s.groups(); g++) {
      int group = g;
      pool.run(blocks(s) * numPanels(s), index -> makePanel(group, index));
      pool.run(
          (s.groupOut() + rows - 1) / rows,
          part ->
              part(group * s.groupOut() + part * rows, Math.min(rows, s.groupOut() - part * rows)));
    }
  }

  private void makePanel(int group, int index) {
    ConvolutionShape s = product.s();
    PaddedImages images = product.images();
    int kBlock = Product.kBlock(s.k());
    int kFrom = index / numPanels(s) * kBlock;
    int first = index % numPanels(s) * COLUMNS;
    WindowColumns columns = new WindowColumns(images, images.imageBytes(), COLUMNS);
    columns.moveTo(first, (int) Math.min(COLUMNS, s.columns() - first), 0);
    columns.copyRows(
        panels + index * panelBytes(s),
        ROW_BYTES,
        Math.min(kBlock, s.k() - kFrom),
        product.offsets(),
        kFrom,
        product.padded() + group * s.groupIn() * images.planeBytes());
  }

  private void part(int channel, int rows) {
    ConvolutionShape s = product.s();
    ProductScratch scratch = ProductScratch.ofThread();
    int kBlock = Product.kBlock(s.k());
    long rowBytes = 4L * kBlock + 64;
    long sumsRow = (long) numPanels(s) * ROW_BYTES;
    long sums = scratch.images(rows * sumsRow + 64);
    for (int block = 0; block < blocks(s); block++) {
      int kFrom = block * kBlock;
      int k = Math.min(kBlock, s.k() - kFrom);
      long copy = scratch.rows(rows * rowBytes);
      for (int row = 0; row < rows; row++) {
        long from = product.weight() + (channel + row) * product.weightRow() + 4L * kFrom;
        Memory.copy(copy + row * rowBytes, from, 4L * k);
      }
      Tiles.sums(
          rows,
          k,
          copy,
          rowBytes,
          Float.BYTES,
          panels + (long) block * numPanels(s) * panelBytes(s),
          panelBytes(s),
          numPanels(s),
          sums,
          sumsRow,
          block == 0);
    }
    write(channel, rows, sums, sumsRow);
  }

  private void write(int channel, int rows, long sums, long sumsRow) {
    ConvolutionShape s = product.s();
    int count = (int) s.columns();
    WindowColumns columns = new WindowColumns(product.images(), 0, count);
    columns.moveTo(0, count, 0);
    for (int row = 0; row < rows; row++) {
      columns.write(
          product.out() + 4L * (channel + row) * s.outPlane(),
          sums + row * sumsRow,
          product.biasOf(channel + row));
    }
  }
}
