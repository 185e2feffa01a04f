package io.troupe.tensor.cpu.winograd;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;
import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;
import static io.troupe.tensor.cpu.products.PackedPanels.VECTOR_BYTES;
import static io.troupe.tensor.cpu.products.ProductScratch.SUMS_ROW_BYTES;
import static io.troupe.tensor.cpu.winograd.Winograd.APART;
import static io.troupe.tensor.cpu.winograd.Winograd.POINTS;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.products.Product;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.products.Tiles;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;

/**
 * A convolution of floats with 3x3 kernels by way of {@link Winograd}: for each point of the
 * transform, the matrix of the kernels times a matrix with a column for each tile. Panels of tiles
 * are transformed, multiplied and transformed back while they are in the caches.
 *
 * @param s the convolution
 * @param images layout of the padded images that {@link Winograd#tiles} reads
 * @param x address of the images, without padding
 * @param kernels address of the transformed kernels, see {@link #kernelBytes}
 * @param bias address of the bias, or 0
 * @param out address of the result, which is overwritten
 */
public record WinogradProduct(
    ConvolutionShape s, PaddedImages images, long x, long kernels, long bias, long out) {
  /** Bytes of transformed tiles that fit the second cache. */
  private static final long MOST_TILE_BYTES = 256 << 10;

  private static final int WANTED_PARTS = 16;

  /** Rows of a matrix of kernels. */
  private static int rows(ConvolutionShape s) {
    return s.groupOut();
  }

  private static long kernelRow(ConvolutionShape s) {
    return 4L * s.groupIn() + APART;
  }

  private static long kernelPoint(ConvolutionShape s) {
    return rows(s) * kernelRow(s) + APART;
  }

  /** Bytes of the transformed kernels of all groups. */
  public static long kernelBytes(ConvolutionShape s) {
    return s.groups() * POINTS * kernelPoint(s);
  }

  /**
   * Transforms kernels.
   *
   * @param to room for {@link #kernelBytes}
   * @param weight layout of conv2d; of the transposed convolution if {@code transposed}
   */
  public static void transform(
      ConvolutionShape s, ComputePool pool, long to, long weight, boolean transposed) {
    long kernel = 4L * Winograd.KERNEL;
    long lane = transposed ? kernel * s.groupOut() : kernel;
    long row = transposed ? kernel : kernel * s.groupIn();
    long group = kernel * s.groupIn() * s.groupOut();
    Partition.rows(
        pool,
        (long) s.groups() * rows(s),
        (long) POINTS * s.groupIn(),
        (first, last) -> {
          long room = ProductScratch.ofThread().sums();
          for (long i = first; i < last; i++) {
            int channel = (int) (i % rows(s));
            long g = i / rows(s);
            long at = to + g * POINTS * kernelPoint(s) + channel * kernelRow(s);
            if (channel < s.groupOut()) {
              long from = weight + g * group + channel * row;
              Winograd.kernels(from, lane, transposed, at, kernelPoint(s), s.groupIn(), room);
            } else {
              for (int point = 0; point < POINTS; point++) {
                Memory.clear(at + point * kernelPoint(s), kernelRow(s));
              }
            }
          }
        });
  }

  public void run(ComputePool pool) {
    int panels = Math.toIntExact((images.s().columns() + COLUMNS - 1) / COLUMNS);
    long panelBytes = (long) POINTS * s.groupIn() * ROW_BYTES;
    int fitting = Math.clamp(MOST_TILE_BYTES / panelBytes, 1, Product.MAX_PANELS);
    int each = Math.clamp(panels / WANTED_PARTS, 1, fitting);
    int panelParts = (panels + each - 1) / each;
    pool.run(
        s.groups() * panelParts,
        part -> {
          int panel = part % panelParts * each;
          part(part / panelParts, panel, Math.min(each, panels - panel));
        });
  }

  private void part(int group, int panel, int numPanels) {
    TileInputs inputs = new TileInputs(images);
    long first = (long) panel * COLUMNS;
    inputs.moveTo(first, count(panel, numPanels), ProductScratch.ofThread());
    TileRows[] rows = new TileRows[numPanels];
    for (int i = 0; i < numPanels; i++) {
      rows[i] = new TileRows(s, COLUMNS);
      rows[i].moveTo(first + i * COLUMNS, count(panel + i, 1), inputs);
    }
    long tiles = transformTiles(group, inputs, rows);
    write(group, rows, multiply(group, tiles, numPanels));
  }

  /** From one point of the transformed tiles of some panels to the next. */
  private long tilePoint(int numPanels) {
    return numPanels * panelBytes() + APART;
  }

  /** From one panel to the next: a stretch of tiles is written in whole vectors. */
  private long panelBytes() {
    return (long) s.groupIn() * ROW_BYTES + VECTOR_BYTES;
  }

  private long sumsPoint() {
    return rows(s) * SUMS_ROW_BYTES + APART;
  }

  private long transformTiles(int group, TileInputs inputs, TileRows[] rows) {
    long point = tilePoint(rows.length);
    long tiles = ProductScratch.ofThread().panels(POINTS * point);
    for (int channel = 0; channel < s.groupIn(); channel++) {
      int inChannel = group * s.groupIn() + channel;
      long from = inputs.read(x + 4L * inChannel * s.height() * s.width());
      for (int i = 0; i < rows.length; i++) {
        long to = tiles + i * panelBytes() + (long) channel * ROW_BYTES;
        rows[i].transform(inputs, from, to, point);
      }
    }
    return tiles;
  }

  private long multiply(int group, long tiles, int numPanels) {
    long sums = ProductScratch.ofThread().images(POINTS * sumsPoint());
    long groupKernels = kernels + group * POINTS * kernelPoint(s);
    for (int i = 0; i < POINTS; i++) {
      Tiles.sums(
          rows(s),
          s.groupIn(),
          groupKernels + i * kernelPoint(s),
          kernelRow(s),
          Float.BYTES,
          tiles + i * tilePoint(numPanels),
          panelBytes(),
          numPanels,
          sums + i * sumsPoint(),
          SUMS_ROW_BYTES,
          true);
    }
    return sums;
  }

  private void write(int group, TileRows[] rows, long sums) {
    long outputs = ProductScratch.ofThread().rows(4 * ROW_BYTES);
    for (int channel = 0; channel < s.groupOut(); channel++) {
      int outChannel = group * s.groupOut() + channel;
      float start = bias == 0 ? 0 : Memory.getFloat(bias + 4L * outChannel);
      for (int i = 0; i < rows.length; i++) {
        long from = sums + channel * SUMS_ROW_BYTES + (long) i * ROW_BYTES;
        Winograd.outputs(from, sumsPoint(), outputs, 2 * ROW_BYTES, start, COLUMNS);
        rows[i].write(outputs, 2 * ROW_BYTES, out + 4L * outChannel * s.outPlane());
      }
    }
  }

  private int count(int panel, int panels) {
    long first = (long) panel * COLUMNS;
    return (int) Math.min((long) panels * COLUMNS, images.s().columns() - first);
  }
}
