package io.troupe.tensor.cpu.convolution;

import io.troupe.tensor.backend.Window;
import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.products.SmallProducts;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/**
 * The gradient of the weight of a convolution of floats with few output channels and a stride of
 * one across. Neighboring elements of a kernel row read neighboring elements of an image, so that
 * each row of each kernel is a small product of image elements, read in place, with the gradients
 * of the windows. Windows are not copied. {@link WindowBlocks} defines the order of additions.
 *
 * @param images layout of the padded images
 * @param padded address of the padded images
 * @param gradients address of the copy of the gradients with adjacent channels, see {@link
 *     ChannelsLastGradients}
 * @param dWeight address of the gradient of the weight
 * @param accumulate whether it is added to instead of overwritten
 * @param room for {@link #roomBytes}: the sums of the chunks
 */
record NarrowWeightGrad(
    ConvolutionShape s,
    PaddedImages images,
    long padded,
    long gradients,
    long dWeight,
    boolean accumulate,
    long room) {
  /** Maximum number of output channels: the sums of more of them do not fit the registers. */
  private static final int MOST_CHANNELS = 64;

  /** Whether this algorithm is the fastest for a convolution. */
  static boolean fits(ConvolutionShape s) {
    Window.Axis across = s.window().width();
    return across.kernel() > 1
        && across.stride() == 1
        && s.groupOut() <= MOST_CHANNELS
        && new WindowBlocks(s).chunks() > 1;
  }

  static long roomBytes(ConvolutionShape s) {
    return 4L * new WindowBlocks(s).chunks() * s.outChannels() * s.k();
  }

  void run(ComputePool pool) {
    WindowBlocks blocks = new WindowBlocks(s);
    int chunks = blocks.chunks();
    int wanted = (WindowBlocks.WANTED_PARTS + chunks - 1) / chunks;
    int lineParts = Math.clamp(wanted, 1, lines());
    int parts = s.groups() * lineParts;
    pool.run(
        chunks * parts,
        part -> {
          int first = lines() * (part % lineParts) / lineParts;
          int last = lines() * (part % lineParts + 1) / lineParts;
          sum(blocks, part / lineParts % s.groups(), part / parts, first, last);
        });
    pool.run(
        parts,
        part -> {
          int first = lines() * (part % lineParts) / lineParts;
          int last = lines() * (part % lineParts + 1) / lineParts;
          addChunks(chunks, part / lineParts, first * across(), last * across());
        });
  }

  /** Rows of the kernels of all input channels of a group. */
  private int lines() {
    return s.groupIn() * s.window().height().kernel();
  }

  /** Elements of a kernel row. */
  private int across() {
    return s.window().width().kernel();
  }

  /** Bytes of the sums of one kernel element: those of the output channels of a group. */
  private long sumsRow() {
    return 4L * s.groupOut();
  }

  private long sums(int chunk, int group) {
    return room + ((long) chunk * s.groups() + group) * s.k() * sumsRow();
  }

  /** The sums of the windows of one chunk for the kernel rows {@code [first, last)}. */
  private void sum(WindowBlocks blocks, int group, int chunk, int first, int last) {
    long sumsBytes = (last - first) * across() * sumsRow();
    long target = sums(chunk, group) + first * across() * sumsRow();
    long blockSums = ProductScratch.ofThread().rows(sumsBytes);
    int firstBlock = blocks.first(chunk);
    for (int block = firstBlock; block < blocks.first(chunk + 1); block++) {
      long to = block == firstBlock ? target : blockSums;
      block(blocks, block, group, first, last, to);
      if (to == blockSums) {
        MatrixRows.add(blockSums, 0, 1, (int) (sumsBytes / Float.BYTES), target, 0);
      }
    }
  }

  /** The sums of one block: of its windows in each row of windows, one after the other. */
  private void block(WindowBlocks blocks, int block, int group, int first, int last, long to) {
    int from = blocks.position(block);
    int end = from + blocks.length(block);
    for (int p = from; p < end; ) {
      int x = p % s.outWidth();
      int count = Math.min(end - p, s.outWidth() - x);
      int n = blocks.image(block);
      long channel = (long) n * s.inChannels() + (long) group * s.groupIn();
      int top = p / s.outWidth() * s.window().height().stride();
      long image = padded + channel * images.planeBytes() + top * images.rowBytes() + 4L * x;
      long window = (long) n * s.outPlane() + p;
      long gradient = gradients + 4 * (window * s.outChannels() + (long) group * s.groupOut());
      for (int line = first; line < last; line++) {
        long target = to + (line - first) * across() * sumsRow();
        line(image + offset(line), gradient, count, target, p == from);
      }
      p += count;
    }
  }

  /** From the first element of a window to the first one that a kernel row reads. */
  private long offset(int line) {
    Window.Axis down = s.window().height();
    return line / down.kernel() * images.planeBytes()
        + (long) (line % down.kernel()) * down.dilation() * images.rowBytes();
  }

  private void line(long image, long gradient, int count, long to, boolean isFirst) {
    long element = 4L * s.interleaved() * s.window().width().dilation();
    long window = 4L * s.outChannels();
    if (isFirst) {
      SmallProducts.set(
          to, sumsRow(), across(), s.groupOut(), image, element, 4, count, gradient, window);
    } else {
      SmallProducts.add(
          to, sumsRow(), across(), s.groupOut(), image, element, 4, count, gradient, window);
    }
  }

  /** Adds the sums of all chunks for some columns of the weight, which are rows of the sums. */
  private void addChunks(int chunks, int group, int first, int last) {
    int rows = last - first;
    long total = ProductScratch.ofThread().rows(rows * sumsRow());
    long weightRow = 4L * s.k();
    long weight = dWeight + group * s.groupOut() * weightRow + 4L * first;
    if (accumulate) {
      Transposition.run(weight, weightRow, s.groupOut(), rows, total, sumsRow());
    } else {
      Memory.clear(total, rows * sumsRow());
    }
    for (int chunk = 0; chunk < chunks; chunk++) {
      MatrixRows.add(sums(chunk, group) + first * sumsRow(), 0, 1, rows * s.groupOut(), total, 0);
    }
    Transposition.run(total, sumsRow(), rows, s.groupOut(), weight, weightRow);
  }
}
