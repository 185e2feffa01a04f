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
 * A convolution of floats as the product of its weight with a matrix that has a column for each
 * window. Panels of that matrix are copied from padded images just before they are used and stay in
 * the caches; the whole matrix is never in memory.
 *
 * @param images layout of the padded images
 * @param offsets of the products of a window
 * @param padded address of the padded images
 * @param weight address of the weight, with {@code weightRow} bytes from one output channel to the
 *     next
 * @param bias address of the bias, or 0
 * @param out address of the result, which is overwritten
 */
record ConvolutionProduct(
    ConvolutionShape s,
    PaddedImages images,
    long[] offsets,
    long padded,
    long weight,
    long weightRow,
    long bias,
    long out) {
  /** Maximum number of panels of a part: with one block of k they fit the L2 cache. */
  private static final int MOST_PANELS = 8;

  private static final int WANTED_PARTS = 16;

  /** Minimum work of a part. */
  private static final double PART_NANOS = 20_000;

  private static final double NANOS_PER_PRODUCT = 0.012;

  void run(ComputePool pool) {
    int panels = Math.toIntExact((s.columns() + COLUMNS - 1) / COLUMNS);
    double panelNanos = (double) s.groupOut() * s.k() * COLUMNS * NANOS_PER_PRODUCT;
    int least = (int) Math.min(4 * MOST_PANELS, Math.ceil(PART_NANOS / panelNanos));
    int each = Math.min(panels, Math.max(Math.clamp(panels / WANTED_PARTS, 1, MOST_PANELS), least));
    int panelParts = (panels + each - 1) / each;
    pool.run(
        s.groups() * panelParts,
        part -> {
          int panel = part % panelParts * each;
          part(part / panelParts, panel, Math.min(each, panels - panel));
        });
  }

  private void part(int group, int panel, int numPanels) {
    int kBlock = Product.kBlock(s.k());
    long panelBytes = (long) kBlock * ROW_BYTES;
    long panels = ProductScratch.ofThread().panels(numPanels * panelBytes + ROW_BYTES);
    WindowColumns columns = new WindowColumns(images, images.imageBytes(), 4 * COLUMNS);
    long groupImages = padded + group * s.groupIn() * images.planeBytes();
    int channel = group * s.groupOut();
    for (int kFrom = 0; kFrom < s.k(); kFrom += kBlock) {
      int k = Math.min(kBlock, s.k() - kFrom);
      for (int i = 0; i < numPanels; i++) {
        columns.moveTo((long) (panel + i) * COLUMNS, columnsFrom(panel + i, 1), 0);
        columns.copyRows(panels + i * panelBytes, ROW_BYTES, k, offsets, kFrom, groupImages);
      }
      Tiles.run(
          s.groupOut(),
          k,
          weight + channel * weightRow + 4L * kFrom,
          weightRow,
          Float.BYTES,
          panels,
          panelBytes,
          numPanels,
          new Writer(columns, panel, channel, kFrom == 0));
    }
  }

  /** The initial value of the elements of an output channel. */
  float biasOf(int channel) {
    return bias == 0 ? 0 : Memory.getFloat(bias + 4L * channel);
  }

  private int columnsFrom(int panel, int panels) {
    return (int) Math.min((long) panels * COLUMNS, s.columns() - (long) panel * COLUMNS);
  }

  /** Writes tiles to the output channels. */
  private final class Writer implements Tiles.Sink {
    private final WindowColumns columns;
    private final int firstPanel;
    private final int firstChannel;
    private final boolean isFirst;
    private int at = -1;

    Writer(WindowColumns columns, int firstPanel, int firstChannel, boolean isFirst) {
      this.columns = columns;
      this.firstPanel = firstPanel;
      this.firstChannel = firstChannel;
      this.isFirst = isFirst;
    }

    @Override
    public void take(int row, int rows, int panel, int panels, long sums) {
      if (panel != at || panels > 1) {
        int first = firstPanel + panel;
        columns.moveTo((long) first * COLUMNS, columnsFrom(first, panels), 0);
        at = panels > 1 ? -1 : panel;
      }
      for (int i = 0; i < rows; i++) {
        int channel = firstChannel + row + i;
        long to = out + 4L * channel * s.outPlane();
        long from = sums + i * ProductScratch.SUMS_ROW_BYTES;
        if (!isFirst) {
          columns.add(to, from);
        } else {
          columns.write(to, from, biasOf(channel));
        }
      }
    }
  }
}
