package io.troupe.tensor.cpu.convolution;

import static io.troupe.tensor.cpu.convolution.WindowBlocks.PANELS;
import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;
import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.images.WindowColumns;
import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.products.PackedPanels;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.products.Tiles;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/**
 * The gradient of the weight of a convolution of floats: the gradients of the windows times a
 * matrix with a row for each window and a column for each product of a window, whose panels are
 * transposed just before they are used.
 *
 * <p>{@link WindowBlocks} defines the order of additions.
 *
 * @param images layout of the padded images
 * @param offsets of the products of a window
 * @param padded address of the padded images
 * @param dOut address of the gradients of the windows
 * @param dWeight address of the gradient of the weight
 * @param accumulate whether it is added to instead of overwritten
 * @param room for {@link #roomBytes}: the sums of the chunks, or the panels of few windows
 */
record WeightGradProduct(
    ConvolutionShape s,
    PaddedImages images,
    long[] offsets,
    long padded,
    long dOut,
    long dWeight,
    boolean accumulate,
    long room) {
  /**
   * Maximum number of windows for which a large weight is written row by row: reading and writing
   * it takes longer than the products.
   */
  private static final int FEW_WINDOWS = 64;

  /** Rows of a part with few windows. */
  private static final int FEW_ROWS = 12;

  private static final int APART = 64;

  private static boolean hasFewWindows(ConvolutionShape s) {
    return s.columns() <= FEW_WINDOWS && s.batch() == 1;
  }

  static long roomBytes(ConvolutionShape s) {
    if (hasFewWindows(s)) {
      return (long) new WindowBlocks(s).panelGroups() * PANELS * s.outPlane() * ROW_BYTES;
    }
    int chunks = new WindowBlocks(s).chunks();
    return chunks == 1 ? 0 : 4L * chunks * s.groupOut() * s.k();
  }

  void run(ComputePool pool) {
    WindowBlocks blocks = new WindowBlocks(s);
    int panelGroups = blocks.panelGroups();
    int chunks = blocks.chunks();
    for (int g = 0; g < s.groups(); g++) {
      int group = g;
      if (hasFewWindows(s)) {
        runRows(pool, group, panelGroups);
      } else {
        pool.run(
            panelGroups * chunks,
            part -> sum(blocks, group, part % panelGroups, part / panelGroups));
        addChunks(pool, group, chunks);
      }
    }
  }

  private void runRows(ComputePool pool, int group, int panelGroups) {
    long panelBytes = (long) s.outPlane() * ROW_BYTES;
    pool.run(
        panelGroups,
        part -> panels(group, part, 0, 0, s.outPlane(), room + part * PANELS * panelBytes));
    pool.run(
        (s.groupOut() + FEW_ROWS - 1) / FEW_ROWS,
        part -> {
          int row = group * s.groupOut() + part * FEW_ROWS;
          int rows = Math.min(FEW_ROWS, s.groupOut() - part * FEW_ROWS);
          long gradients = dOut + 4L * row * s.outPlane();
          long to = dWeight + 4L * row * s.k();
          multiply(rows, s.k(), s.outPlane(), gradients, room, to, 4L * s.k(), !accumulate);
        });
  }

  /** The sums of one chunk of windows for some panels. */
  private void sum(WindowBlocks blocks, int group, int panelGroup, int chunk) {
    boolean isOnlyChunk = blocks.chunks() == 1;
    int k = panelGroup * PANELS * COLUMNS;
    long weightRow = 4L * s.k();
    long target =
        isOnlyChunk
            ? dWeight + group * s.groupOut() * weightRow
            : room + chunk * s.groupOut() * weightRow;
    long panels = ProductScratch.ofThread().panels((long) PANELS * WindowBlocks.SIZE * ROW_BYTES);
    int firstBlock = blocks.first(chunk);
    for (int block = firstBlock; block < blocks.first(chunk + 1); block++) {
      int n = blocks.image(block);
      int p = blocks.position(block);
      int count = blocks.length(block);
      panels(group, panelGroup, n, p, count, panels);
      long channel = (long) n * s.outChannels() + group * s.groupOut();
      multiply(
          s.groupOut(),
          Math.min(PANELS * COLUMNS, s.k() - k),
          count,
          dOut + 4 * (channel * s.outPlane() + p),
          panels,
          target + 4L * k,
          weightRow,
          block == firstBlock && (!isOnlyChunk || !accumulate));
    }
  }

  private void multiply(
      int rows,
      int columns,
      int count,
      long gradients,
      long panels,
      long to,
      long toRow,
      boolean isFirst) {
    Tiles.multiply(
        rows,
        columns,
        count,
        gradients,
        4L * s.outPlane(),
        Float.BYTES,
        panels,
        ROW_BYTES,
        (long) count * ROW_BYTES,
        to,
        toRow,
        isFirst);
  }

  /** Transposes the inputs of some windows of one image for the products of a group of panels. */
  private void panels(int group, int panelGroup, int n, int p, int count, long to) {
    int k = panelGroup * PANELS * COLUMNS;
    int rows = Math.min(PANELS * COLUMNS, s.k() - k);
    long from;
    long fromRow;
    if (s.isPointwise()) {
      fromRow = images.planeBytes();
      from = padded + ((long) n * s.inChannels() + group * s.groupIn() + k) * fromRow + 4L * p;
    } else {
      fromRow = 4L * count + APART;
      from = ProductScratch.ofThread().rows(rows * fromRow);
      WindowColumns columns = new WindowColumns(images, images.imageBytes(), count);
      columns.moveTo((long) n * s.outPlane() + p, count, 0);
      long groupImages = padded + group * s.groupIn() * images.planeBytes();
      columns.copyRows(from, fromRow, rows, offsets, k, groupImages);
    }
    for (int panel = 0; panel < PackedPanels.count(rows); panel++) {
      int row = panel * COLUMNS;
      Transposition.run(
          from + row * fromRow,
          fromRow,
          Math.min(COLUMNS, rows - row),
          count,
          to + (long) panel * count * ROW_BYTES,
          ROW_BYTES);
    }
  }

  private void addChunks(ComputePool pool, int group, int chunks) {
    if (chunks == 1) {
      return;
    }
    long weightRow = 4L * s.k();
    pool.run(
        (s.groupOut() + FEW_ROWS - 1) / FEW_ROWS,
        part -> {
          int row = part * FEW_ROWS;
          int rows = Math.min(FEW_ROWS, s.groupOut() - row);
          long to = dWeight + ((long) group * s.groupOut() + row) * weightRow;
          if (!accumulate) {
            Memory.clear(to, rows * weightRow);
          }
          for (int chunk = 0; chunk < chunks; chunk++) {
            long from = room + ((long) chunk * s.groupOut() + row) * weightRow;
            MatrixRows.add(from, weightRow, rows, s.k(), to, weightRow);
          }
        });
  }
}
