package io.troupe.tensor.cpu.convolution;

import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.images.WindowColumns;
import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.products.Product;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.products.Tiles;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/**
 * The gradient of a convolution of floats by its images, with any window: the transposed weight
 * times the gradients of the windows, each sum is added to the element of the image that the
 * product reads. Images are summed in padded form in the caches and then copied out. The sums of
 * pointwise convolutions are the gradients themselves.
 *
 * @param images layout of the padded images
 * @param offsets of the products of a window
 * @param dOut address of the gradients of the windows
 * @param weight address of the weight, as it is stored
 * @param bias address of the bias of each channel of the images, or 0
 * @param dx address of the images, which are overwritten
 */
record FoldedProduct(
    ConvolutionShape s,
    PaddedImages images,
    long[] offsets,
    long dOut,
    long weight,
    long bias,
    long dx) {
  private static final int WANTED_PARTS = 8;

  /** Rows whose part of the weight is copied at once. */
  private static final int WANTED_ROWS = 96;

  /** Bytes of sums of one image, a part of the L2 cache. */
  private static final long MOST_SUM_BYTES = 512 << 10;

  /** Added to a power of two, so that neighbors do not evict each other from the caches. */
  private static final int APART = 64;

  void run(ComputePool pool) {
    long channelBytes = s.kernel() * sumsRow();
    long fitting = Math.min(MOST_SUM_BYTES / channelBytes, WANTED_ROWS / s.kernel());
    int channels = balanced(Math.clamp(fitting, 1, s.groupIn()));
    int channelParts = (s.groupIn() + channels - 1) / channels;
    int parts = s.groups() * channelParts;
    int imageParts = Math.clamp((WANTED_PARTS + parts - 1) / parts, 1, s.batch());
    pool.run(
        parts * imageParts,
        part -> {
          int channel = part % channelParts * channels;
          int n = part / parts;
          part(
              part / channelParts % s.groups(),
              channel,
              Math.min(channels, s.groupIn() - channel),
              s.batch() * n / imageParts,
              s.batch() * (n + 1) / imageParts);
        });
  }

  /**
   * Channels of a part. A batch of one image is split by channels alone: its parts have the same
   * size, unless they are so many that the last one does not matter.
   */
  private int balanced(int most) {
    int parts = (s.groupIn() + most - 1) / most;
    if (s.batch() > 1 || parts >= 2 * WANTED_PARTS) {
      return most;
    }
    int equal = parts <= WANTED_PARTS ? WANTED_PARTS : 2 * WANTED_PARTS;
    return (s.groupIn() + equal - 1) / equal;
  }

  private long sumsRow() {
    return 4L * s.outPlane() + APART;
  }

  private void part(int group, int channel, int channels, int firstImage, int lastImage) {
    ProductScratch scratch = ProductScratch.ofThread();
    int rows = channels * s.kernel();
    long step = 4L * rows + APART;
    long copy = scratch.rows(s.groupOut() * step);
    long source = weight + 4 * ((long) group * s.groupOut() * s.k() + channel * s.kernel());
    MatrixRows.copy(source, 4L * s.k(), s.groupOut(), rows, copy, step);
    int inImage = group * s.groupIn() + channel;
    for (int n = firstImage; n < lastImage; n++) {
      long plane = 4L * s.height() * s.width();
      long to = dx + ((long) n * s.inChannels() + inImage) * plane;
      if (s.isPointwise()) {
        if (bias != 0) {
          BiasRows.fill(to, plane, channels, s.outPlane(), bias + 4L * inImage);
        }
        multiply(group, n, rows, copy, step, to, plane, bias == 0);
      } else {
        long sums = scratch.images(rows * sumsRow());
        multiply(group, n, rows, copy, step, sums, sumsRow(), true);
        fold(n, channels, sums, to, inImage);
      }
    }
  }

  private void multiply(
      int group, int n, int rows, long copy, long step, long to, long toRow, boolean isFirst) {
    long outRow = 4L * s.outPlane();
    long gradients = dOut + ((long) n * s.outChannels() + group * s.groupOut()) * outRow;
    int kBlock = Product.kBlock(s.groupOut());
    for (int from = 0; from < s.groupOut(); from += kBlock) {
      Tiles.multiply(
          rows,
          s.outPlane(),
          Math.min(kBlock, s.groupOut() - from),
          copy + from * step,
          Float.BYTES,
          step,
          gradients + from * outRow,
          outRow,
          ROW_BYTES,
          to,
          toRow,
          isFirst && from == 0);
    }
  }

  /** Adds sums to some channels of an image. */
  private void fold(int n, int channels, long sums, long to, int inImage) {
    long bytes = channels * images.planeBytes();
    long summed = ProductScratch.ofThread().inputs(bytes + APART);
    Memory.clear(summed, bytes);
    WindowColumns columns = new WindowColumns(images, bytes, s.outPlane());
    columns.moveTo((long) n * s.outPlane(), s.outPlane(), n);
    for (int row = 0; row < channels * s.kernel(); row++) {
      columns.addRow(sums + row * sumsRow(), offsets[row], summed);
    }
    for (int c = 0; c < channels; c++) {
      images.unpad(
          to + 4L * c * s.height() * s.width(),
          summed + c * images.planeBytes(),
          bias == 0 ? 0 : Memory.getFloat(bias + 4L * (inImage + c)));
    }
  }
}
