package io.troupe.tensor.cpu.winograd;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;
import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;
import static io.troupe.tensor.cpu.products.PackedPanels.VECTOR_BYTES;
import static io.troupe.tensor.cpu.winograd.Winograd.APART;
import static io.troupe.tensor.cpu.winograd.Winograd.POINTS;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.products.PackedPanels;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.products.Tiles;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.cpu.vectors.Lanes;

/**
 * A convolution of floats with 3x3 kernels by way of {@link Winograd}: for each point of the
 * transform, the matrix of the kernels times a matrix with a column for each tile. Panels of tiles
 * are transformed, multiplied and transformed back while they are in the caches.
 *
 * @param s the convolution
 * @param x address of the images, without padding
 * @param kernels address of the transformed kernels, see {@link #kernelBytes}
 * @param bias address of the bias, or 0
 * @param out address of the result, which is overwritten
 */
public record WinogradProduct(ConvolutionShape s, long x, long kernels, long bias, long out) {
  /** Bytes of transformed tiles that fit the second cache. */
  private static final long MOST_TILE_BYTES = 1 << 20;

  /** Panels of a part at most. */
  private static final int MOST_PANELS = 4;

  private static final int WANTED_PARTS = 8;

  private static long kernelRow(ConvolutionShape s) {
    return 4L * s.groupIn() + APART;
  }

  private static long kernelPoint(ConvolutionShape s) {
    return s.groupOut() * kernelRow(s) + APART;
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
    int vectors = (s.groupIn() + Lanes.COUNT - 1) / Lanes.COUNT;
    long elementRow = (long) vectors * VECTOR_BYTES + APART;
    Partition.rows(
        pool,
        (long) s.groups() * s.groupOut(),
        (long) POINTS * s.groupIn(),
        (first, last) -> {
          long elements = ProductScratch.ofThread().rows(Winograd.KERNEL * elementRow);
          long start = transposed ? elements + (Winograd.KERNEL - 1) * elementRow : elements;
          for (long i = first; i < last; i++) {
            int channel = (int) (i % s.groupOut());
            long g = i / s.groupOut();
            long from = weight + g * group + channel * row;
            Transposition.run(from, lane, s.groupIn(), Winograd.KERNEL, elements, elementRow);
            Winograd.TRANSFORMS.kernels(
                start,
                transposed ? -elementRow : elementRow,
                vectors,
                to + g * POINTS * kernelPoint(s) + channel * kernelRow(s),
                kernelPoint(s));
          }
        });
  }

  /** Computes the convolution. */
  public void run(ComputePool pool) {
    long tiles = Winograd.tiles(s).columns();
    int panels = Math.toIntExact((tiles + COLUMNS - 1) / COLUMNS);
    long panelBytes = (long) POINTS * s.groupIn() * ROW_BYTES;
    int fitting = Math.clamp(MOST_TILE_BYTES / panelBytes, 1, MOST_PANELS);
    int each = Math.clamp(panels / WANTED_PARTS, 1, fitting) * COLUMNS;
    int parts = Math.toIntExact((tiles + each - 1) / each);
    pool.run(
        s.groups() * parts,
        part -> {
          long first = (long) part % parts * each;
          part(part / parts, first, (int) Math.min(each, tiles - first));
        });
  }

  private void part(int group, long first, int count) {
    TileRows rows = new TileRows(s, Winograd.TRANSFORMS, count);
    rows.moveTo(first, count);
    ProductScratch scratch = ProductScratch.ofThread();
    // a stretch of tiles is written in whole vectors
    long row = (long) PackedPanels.count(count) * ROW_BYTES + VECTOR_BYTES;
    long point = s.groupIn() * row + APART;
    long tiles = scratch.panels(POINTS * point);
    long firstIn = (long) group * s.groupIn();
    rows.transform(x + 4L * firstIn * s.height() * s.width(), s.groupIn(), tiles, row, point);
    long sumsPoint = s.groupOut() * row + APART;
    long sums = scratch.images(POINTS * sumsPoint);
    for (int i = 0; i < POINTS; i++) {
      Tiles.multiply(
          s.groupOut(),
          PackedPanels.count(count) * COLUMNS,
          s.groupIn(),
          kernels + (group * POINTS + i) * kernelPoint(s),
          kernelRow(s),
          Float.BYTES,
          tiles + i * point,
          row,
          ROW_BYTES,
          sums + i * sumsPoint,
          row,
          true);
    }
    long firstOut = (long) group * s.groupOut();
    rows.write(
        sums,
        row,
        sumsPoint,
        s.groupOut(),
        out + 4L * firstOut * s.outPlane(),
        bias == 0 ? 0 : bias + 4L * firstOut);
  }
}
