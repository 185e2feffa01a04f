package io.troupe.tensor.cpu.winograd;

import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;
import static io.troupe.tensor.cpu.products.PackedPanels.VECTOR_BYTES;
import static io.troupe.tensor.cpu.winograd.Winograd.APART;
import static io.troupe.tensor.cpu.winograd.Winograd.KERNEL;
import static io.troupe.tensor.cpu.winograd.Winograd.POINTS;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.GradientPanels;
import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.products.Product;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.products.Tiles;
import io.troupe.tensor.cpu.threads.ComputePool;

/**
 * The gradient of the weight of a convolution of floats with 3x3 kernels by way of {@link
 * Winograd}: for each point of the transform, the inputs of the tiles times the gradients of their
 * outputs, summed over all tiles and transformed back once.
 *
 * <p>Tiles are split into chunks and blocks by shape alone. The sums of the blocks of a chunk are
 * added in order, then those of the chunks.
 *
 * @param x address of the images, without padding
 * @param gradients of the windows
 * @param dWeight address of the gradient of the weight
 * @param accumulate whether it is added to instead of overwritten
 * @param partial room for {@link #partialBytes}: the sums of the chunks
 */
public record WinogradWeightGrad(
    ConvolutionShape s,
    long x,
    GradientPanels gradients,
    long dWeight,
    boolean accumulate,
    long partial) {
  /** Tiles whose products are summed at once. */
  private static final int BLOCK = 64;

  /** Channels of a part at most. */
  private static final int MOST_CHANNELS = 4 * Product.MAX_ROWS;

  private static final int WANTED_PARTS = 16;

  /** Channels whose kernels are finished at once. */
  private static final int TOGETHER = 16;

  /** Panels of gradients that are transformed and multiplied at once. */
  private static final int MOST_PANELS = 2;

  /** Tiles of a chunk at least. */
  private static final int LEAST_CHUNK = 4 * BLOCK;

  /**
   * Channels of a part: the smallest number of equal parts, with a multiple of the rows of tall
   * kernels.
   */
  private static int channels(ConvolutionShape s) {
    int parts = (s.groupIn() + MOST_CHANNELS - 1) / MOST_CHANNELS;
    return ((s.groupIn() + parts - 1) / parts + 3) / 4 * 4;
  }

  private static int chunks(ConvolutionShape s) {
    long most = Math.max(1, Winograd.tiles(s).columns() / LEAST_CHUNK);
    return (int) Math.clamp((long) WANTED_PARTS * channels(s) / s.groupIn(), 1, most);
  }

  /** Bytes of the sums of one input channel at one point. */
  private static long sumsRow(ConvolutionShape s) {
    return GradientPanels.count(s) * (long) ROW_BYTES;
  }

  private static long sumsPoint(ConvolutionShape s) {
    return s.groupIn() * sumsRow(s) + APART;
  }

  public static long partialBytes(ConvolutionShape s) {
    return chunks(s) * POINTS * sumsPoint(s);
  }

  public void run(ComputePool pool) {
    int channels = channels(s);
    int parts = (s.groupIn() + channels - 1) / channels;
    for (int g = 0; g < s.groups(); g++) {
      int group = g;
      gradients.fill(pool, group);
      pool.run(
          parts * chunks(s),
          part -> {
            int channel = part % parts * channels;
            sum(group, channel, Math.min(channels, s.groupIn() - channel), part / parts);
          });
      pool.run(
          (s.groupIn() + TOGETHER - 1) / TOGETHER,
          part -> {
            int channel = part * TOGETHER;
            addToWeight(group, channel, Math.min(TOGETHER, s.groupIn() - channel));
          });
    }
  }

  private void sum(int group, int channel, int channels, int chunk) {
    long all = Winograd.tiles(s).columns();
    long from = all * chunk / chunks(s);
    long to = all * (chunk + 1) / chunks(s);
    ProductScratch scratch = ProductScratch.ofThread();
    long row = 4L * BLOCK + APART;
    long point = channels * row + APART;
    long inputs = scratch.rows(POINTS * point);
    long panelBytes = (long) BLOCK * ROW_BYTES;
    long outPoint = MOST_PANELS * panelBytes + APART;
    long outputs = scratch.panels(POINTS * outPoint);
    long planes = x + 4L * (group * s.groupIn() + channel) * s.height() * s.width();
    long sums = partial + chunk * POINTS * sumsPoint(s) + channel * sumsRow(s);
    TileRows tiles = new TileRows(s, Winograd.TRANSFORMS, BLOCK);
    for (long first = from; first < to; first += BLOCK) {
      int count = (int) Math.min(BLOCK, to - first);
      tiles.moveTo(first, count);
      tiles.transform(planes, channels, inputs, row, point);
      for (int panel = 0; panel < GradientPanels.count(s); panel += MOST_PANELS) {
        int panels = Math.min(MOST_PANELS, GradientPanels.count(s) - panel);
        for (int i = 0; i < panels; i++) {
          tiles.transformGradients(
              gradients.address() + (panel + i) * gradients.panelBytes(),
              outputs + i * panelBytes,
              outPoint);
        }
        for (int i = 0; i < POINTS; i++) {
          Tiles.sums(
              channels,
              count,
              inputs + i * point,
              row,
              Float.BYTES,
              outputs + i * outPoint,
              panelBytes,
              panels,
              sums + i * sumsPoint(s) + (long) panel * ROW_BYTES,
              sumsRow(s),
              first == from);
        }
      }
    }
  }

  /** Finishes the kernels of some input channels. */
  private void addToWeight(int group, int channel, int channels) {
    long row = sumsRow(s);
    int elements = KERNEL * channels;
    long elementsRow = 4L * elements + APART;
    ProductScratch scratch = ProductScratch.ofThread();
    long kernels = scratch.rows(elements * row);
    long sums = partial + channel * row;
    for (int chunk = 1; chunk < chunks(s); chunk++) {
      for (int i = 0; i < POINTS; i++) {
        long to = sums + i * sumsPoint(s);
        MatrixRows.add(to + chunk * POINTS * sumsPoint(s), row, channels, (int) (row / 4), to, row);
      }
    }
    for (int c = 0; c < channels; c++) {
      Winograd.TRANSFORMS.kernelGradients(
          sums + c * row,
          sumsPoint(s),
          (int) (row / VECTOR_BYTES),
          kernels + KERNEL * c * row,
          row);
    }
    long to = dWeight + 4 * ((long) group * s.groupOut() * s.k() + (long) channel * KERNEL);
    if (!accumulate) {
      Transposition.run(kernels, row, elements, s.groupOut(), to, 4L * s.k());
      return;
    }
    long transposed = scratch.panels(s.groupOut() * elementsRow);
    Transposition.run(kernels, row, elements, s.groupOut(), transposed, elementsRow);
    MatrixRows.add(transposed, elementsRow, s.groupOut(), elements, to, 4L * s.k());
  }
}
