package io.troupe.tensor.cpu.winograd;

import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;
import static io.troupe.tensor.cpu.products.PackedPanels.VECTOR_BYTES;
import static io.troupe.tensor.cpu.winograd.Winograd.APART;
import static io.troupe.tensor.cpu.winograd.Winograd.KERNEL;
import static io.troupe.tensor.cpu.winograd.Winograd.POINTS;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.GradientPanels;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.products.Product;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.products.Tiles;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;

/**
 * The gradient of the weight of a convolution of floats with 3x3 kernels by way of {@link
 * Winograd}: for each point of the transform, the inputs of the tiles times the gradients of their
 * outputs, summed over all tiles and transformed back once.
 *
 * <p>Tiles are split into chunks and blocks by shape alone. The sums of the blocks of a chunk are
 * added in order, then those of the chunks.
 *
 * @param images layout of the padded images that {@link Winograd#tiles} reads
 * @param x address of the images, without padding
 * @param gradients of the windows
 * @param dWeight address of the gradient of the weight, which is added to
 * @param partial room for {@link #partialBytes}: the sums of the chunks
 */
public record WinogradWeightGrad(
    ConvolutionShape s,
    PaddedImages images,
    long x,
    GradientPanels gradients,
    long dWeight,
    long partial) {
  /** Tiles whose products are summed at once. */
  private static final int BLOCK = 64;

  /** Channels of a part at most. */
  private static final int MOST_CHANNELS = 4 * Product.MAX_ROWS;

  private static final int WANTED_PARTS = 16;

  /** Channels whose kernels are finished at once. */
  private static final int TOGETHER = 4;

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
    long all = images.s().columns();
    long from = all * chunk / chunks(s);
    long to = all * (chunk + 1) / chunks(s);
    ProductScratch scratch = ProductScratch.ofThread();
    long row = 4L * BLOCK + APART;
    long point = channels * row + APART;
    long inputs = scratch.rows(POINTS * point);
    long outPoint = (long) BLOCK * ROW_BYTES + APART;
    long outputs = scratch.panels(POINTS * outPoint);
    long plane = 4L * s.height() * s.width();
    long planes = x + (group * s.groupIn() + channel) * plane;
    long sums = partial + chunk * POINTS * sumsPoint(s) + channel * sumsRow(s);
    TileInputs read = new TileInputs(images);
    TileRows tiles = new TileRows(s, BLOCK);
    for (long first = from; first < to; first += BLOCK) {
      int count = (int) Math.min(BLOCK, to - first);
      read.moveTo(first, count, scratch);
      tiles.moveTo(first, count, read);
      for (int c = 0; c < channels; c++) {
        tiles.transform(read, read.read(planes + c * plane), inputs + c * row, point);
      }
      for (int panel = 0; panel < GradientPanels.count(s); panel++) {
        tiles.transformGradients(
            gradients.address() + panel * gradients.panelBytes(), outputs, outPoint);
        for (int i = 0; i < POINTS; i++) {
          long target = sums + i * sumsPoint(s) + (long) panel * ROW_BYTES;
          Tiles.sums(
              channels,
              count,
              inputs + i * point,
              row,
              Float.BYTES,
              outputs + i * outPoint,
              0,
              1,
              target,
              sumsRow(s),
              first == from);
        }
      }
    }
  }

  /** Finishes the kernels of some input channels; one channel's alone are far apart in memory. */
  private void addToWeight(int group, int channel, int channels) {
    long row = sumsRow(s);
    long sums = ProductScratch.ofThread().rows((POINTS + KERNEL * channels) * row + 12 * 64);
    long kernels = sums + POINTS * row;
    long room = kernels + KERNEL * channels * row;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < POINTS; i++) {
        addChunks(sums + i * row, partial + i * sumsPoint(s) + (channel + c) * row);
      }
      for (long at = 0; at < row; at += VECTOR_BYTES) {
        Winograd.kernelGradients(sums + at, row, kernels + KERNEL * (c * row + at), room);
      }
    }
    for (int o = 0; o < s.groupOut(); o++) {
      long at = dWeight + 4 * ((long) (group * s.groupOut() + o) * s.k() + channel * KERNEL);
      long from = kernels + o / Lanes.COUNT * KERNEL * VECTOR_BYTES + o % Lanes.COUNT * 4L;
      for (int c = 0; c < channels; c++) {
        for (int e = 0; e < KERNEL; e++) {
          long to = at + 4L * (c * KERNEL + e);
          float more = Memory.getFloat(from + c * KERNEL * row + e * VECTOR_BYTES);
          Memory.setFloat(to, Memory.getFloat(to) + more);
        }
      }
    }
  }

  private void addChunks(long to, long from) {
    Memory.copy(to, from, sumsRow(s));
    for (int chunk = 1; chunk < chunks(s); chunk++) {
      long more = from + chunk * POINTS * sumsPoint(s);
      for (long at = 0; at < sumsRow(s); at += VECTOR_BYTES) {
        Lanes.store(Lanes.load(to + at).add(Lanes.load(more + at)), to + at);
      }
    }
  }
}
