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

/**
 * A convolution of floats as the product of its weight with a matrix that has a column for each
 * window. Columns are computed in strips of one image, whose results are written in place.
 *
 * <p>Pointwise convolutions read the images as they are. Other windows are copied to strips: just
 * before they are used, or, where there are few strips, before all products, so that parts can
 * split the output channels.
 *
 * @param images layout of the padded images
 * @param offsets of the products of a window
 * @param padded address of the padded images
 * @param weight address of the weight
 * @param bias address of the bias, or 0
 * @param out address of the result, which is overwritten
 * @param strips room for {@link #stripBytes}, or 0 if that is 0
 */
record ConvolutionProduct(
    ConvolutionShape s,
    PaddedImages images,
    long[] offsets,
    long padded,
    long weight,
    long bias,
    long out,
    long strips) {
  /** Columns of a strip: those of the widest tiles. */
  private static final int STRIP = 2 * COLUMNS;

  private static final long STRIP_ROW = 2L * ROW_BYTES;

  private static final int WANTED_PARTS = 8;

  /** Minimum number of output channels of a part. */
  private static final int LEAST_ROWS = 48;

  private static int stripsPerImage(ConvolutionShape s) {
    return (s.outPlane() + STRIP - 1) / STRIP;
  }

  /** Parts that split the output channels of a group. */
  private static int rowParts(ConvolutionShape s) {
    int strips = s.batch() * stripsPerImage(s) * s.groups();
    int most = Math.max(1, s.groupOut() / LEAST_ROWS);
    return Math.clamp((WANTED_PARTS + strips - 1) / strips, 1, most);
  }

  /** Bytes of strips that are copied before all products. */
  static long stripBytes(ConvolutionShape s) {
    return s.isPointwise() || rowParts(s) == 1
        ? 0
        : s.groups() * s.batch() * stripsPerImage(s) * blocks(s) * blockBytes(s);
  }

  private static int blocks(ConvolutionShape s) {
    int kBlock = Product.kBlock(s.k());
    return (s.k() + kBlock - 1) / kBlock;
  }

  /** A block of k of a strip; runs of columns are written in whole vectors. */
  private static long blockBytes(ConvolutionShape s) {
    return Product.kBlock(s.k()) * STRIP_ROW + ROW_BYTES;
  }

  void run(ComputePool pool) {
    int strips = s.groups() * s.batch() * stripsPerImage(s);
    int rowParts = rowParts(s);
    if (this.strips != 0) {
      int blocks = blocks(s);
      pool.run(
          strips * blocks,
          part ->
              copyBlock(
                  part / blocks, part % blocks, this.strips + part * blockBytes(s), columns()));
    }
    pool.run(
        strips * rowParts,
        part -> {
          int row = s.groupOut() * (part % rowParts) / rowParts;
          int end = s.groupOut() * (part % rowParts + 1) / rowParts;
          part(part / rowParts, row, end - row);
        });
  }

  private WindowColumns columns() {
    return new WindowColumns(images, images.imageBytes(), STRIP);
  }

  private int image(int strip) {
    return strip / stripsPerImage(s) % s.batch();
  }

  private int group(int strip) {
    return strip / stripsPerImage(s) / s.batch();
  }

  private int firstColumn(int strip) {
    return strip % stripsPerImage(s) * STRIP;
  }

  private int count(int strip) {
    return Math.min(STRIP, s.outPlane() - firstColumn(strip));
  }

  private void copyBlock(int strip, int block, long to, WindowColumns columns) {
    int kFrom = block * Product.kBlock(s.k());
    long first = (long) image(strip) * s.outPlane() + firstColumn(strip);
    columns.moveTo(first, count(strip), 0);
    columns.copyRows(
        to,
        STRIP_ROW,
        Math.min(Product.kBlock(s.k()), s.k() - kFrom),
        offsets,
        kFrom,
        padded + group(strip) * s.groupIn() * images.planeBytes());
  }

  private void part(int strip, int row, int rows) {
    int channel = group(strip) * s.groupOut() + row;
    long outRow = 4L * s.outPlane();
    long to =
        out
            + (long) image(strip) * s.outChannels() * outRow
            + channel * outRow
            + 4L * firstColumn(strip);
    if (bias != 0) {
      BiasRows.fill(to, outRow, rows, count(strip), bias + 4L * channel);
    }
    int kBlock = Product.kBlock(s.k());
    WindowColumns columns = s.isPointwise() || strips != 0 ? null : columns();
    for (int block = 0; block < blocks(s); block++) {
      int kFrom = block * kBlock;
      Tiles.multiply(
          rows,
          count(strip),
          Math.min(kBlock, s.k() - kFrom),
          weight + 4L * ((long) channel * s.k() + kFrom),
          4L * s.k(),
          Float.BYTES,
          block(strip, block, columns),
          s.isPointwise() ? images.planeBytes() : STRIP_ROW,
          ROW_BYTES,
          to,
          outRow,
          block == 0 && bias == 0);
    }
  }

  /** The address of a block of k of a strip. */
  private long block(int strip, int block, WindowColumns columns) {
    if (s.isPointwise()) {
      long firstChannel = (long) image(strip) * s.inChannels() + group(strip) * s.groupIn();
      long kFrom = (long) block * Product.kBlock(s.k());
      return padded + (firstChannel + kFrom) * images.planeBytes() + 4L * firstColumn(strip);
    }
    if (strips != 0) {
      return strips + ((long) strip * blocks(s) + block) * blockBytes(s);
    }
    long copy = ProductScratch.ofThread().panels(blockBytes(s));
    copyBlock(strip, block, copy, columns);
    return copy;
  }
}
