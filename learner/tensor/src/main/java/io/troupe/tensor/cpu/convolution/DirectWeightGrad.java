package io.troupe.tensor.cpu.convolution;

import static io.troupe.tensor.cpu.convolution.DirectKernels.PRODUCTS;
import static io.troupe.tensor.cpu.convolution.DirectKernels.ROWS;
import static io.troupe.tensor.cpu.products.PackedPanels.VECTOR_BYTES;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.products.Product;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;

/**
 * The gradient of the weight of a convolution that {@link DirectProduct} computes: gradients of
 * windows times the inputs of their products, position by position. The gradients have the layout
 * of the images, with zeros where a window would cross the end of a row.
 *
 * <p>Images are split into chunks by shape alone; the sums of chunks are added in order.
 *
 * @param images layout of the padded images
 * @param offsets of the products of a window
 * @param x address of the images, without padding
 * @param dOut address of the gradients of the windows
 * @param dWeight address of the gradient of the weight, which is added to
 * @param partial room for {@link #partialBytes}: the sums of the chunks
 */
record DirectWeightGrad(
    ConvolutionShape s,
    PaddedImages images,
    long[] offsets,
    long x,
    long dOut,
    long dWeight,
    long partial) {
  private static final int WANTED_PARTS = 16;

  /** Positions whose products are summed at once, or of one image. */
  private static final int WANTED_POSITIONS = 512;

  /**
   * Maximum number of products of a window for which this algorithm is faster than transposing the
   * gradients.
   */
  private static final int MOST_PRODUCTS = 64;

  /**
   * Whether this algorithm is the fastest for a convolution: the sums take all registers of wide
   * vectors.
   */
  static boolean fits(ConvolutionShape s) {
    return Product.MAX_ROWS == 12 && s.k() <= MOST_PRODUCTS && DirectProduct.fits(s);
  }

  private static int chunks(ConvolutionShape s) {
    return Math.min(WANTED_PARTS, s.batch());
  }

  private static int rows(ConvolutionShape s) {
    return DirectProduct.rows(s);
  }

  /** Bytes of the sums of all chunks of one group. */
  static long partialBytes(ConvolutionShape s) {
    return 4L * chunks(s) * rows(s) * s.k();
  }

  /** Vectors of positions of an image. */
  private int vectors() {
    long positions = s.outHeight() * images.rowBytes() / 4;
    return Math.toIntExact((positions + Lanes.COUNT - 1) / Lanes.COUNT);
  }

  void run(ComputePool pool) {
    for (int g = 0; g < s.groups(); g++) {
      int group = g;
      pool.run(chunks(s), chunk -> sum(group, chunk));
      Partition.rows(
          pool,
          s.groupOut(),
          (long) chunks(s) * s.k(),
          (first, last) -> addToWeight(group, (int) first, (int) last));
    }
  }

  private void sum(int group, int chunk) {
    int from = (int) ((long) s.batch() * chunk / chunks(s));
    int to = (int) ((long) s.batch() * (chunk + 1) / chunks(s));
    int together = Math.clamp(WANTED_POSITIONS / (vectors() * Lanes.COUNT), 1, to - from);
    long gRow = (long) vectors() * VECTOR_BYTES;
    long gImage = rows(s) * gRow;
    ProductScratch scratch = ProductScratch.ofThread();
    long gradients = scratch.panels(together * gImage);
    Memory.clear(gradients, together * gImage);
    long sums = partial + 4L * chunk * rows(s) * s.k();
    Memory.clear(sums, 4L * rows(s) * s.k());
    for (int first = from; first < to; first += together) {
      int count = Math.min(together, to - first);
      for (int n = 0; n < count; n++) {
        for (int o = 0; o < s.groupOut(); o++) {
          long channel = (first + n) * (long) s.outChannels() + (long) group * s.groupOut() + o;
          spread(gradients + n * gImage + o * gRow, dOut + 4 * channel * s.outPlane());
        }
      }
      long plane = 4L * s.height() * s.width();
      long copies = scratch.inputs(count * images.imageBytes(s.groupIn()) + roomAfter());
      for (int n = 0; n < count; n++) {
        long image = (first + n) * (long) s.inChannels() + (long) group * s.groupIn();
        images.pad(copies + n * images.imageBytes(s.groupIn()), x + image * plane, 0, s.groupIn());
      }
      Memory.clear(copies + count * images.imageBytes(s.groupIn()), roomAfter());
      products(sums, new Gradients(gradients, gRow, gImage, count), copies, scratch.sums());
    }
  }

  /**
   * Gradients of some images.
   *
   * @param row from channel to channel
   * @param image from image to image
   */
  private record Gradients(long address, long row, long image, int images) {}

  /** Bytes after the last image that zeros among the gradients meet; they must be finite. */
  private long roomAfter() {
    return 4L * s.window().width().span() + 2L * VECTOR_BYTES;
  }

  /** Copies one channel's gradients to the layout of the rows of an image. */
  private void spread(long to, long from) {
    for (int y = 0; y < s.outHeight(); y++) {
      Memory.copy(to + y * images.rowBytes(), from + 4L * y * s.outWidth(), 4L * s.outWidth());
    }
  }

  private void products(long sums, Gradients g, long copies, long room) {
    int last = s.k() - 1;
    for (int o = 0; o < rows(s); o += ROWS) {
      for (int k = 0; k < s.k(); k += PRODUCTS) {
        DirectKernels.weights(
            g.images(),
            vectors(),
            g.address() + o * g.row(),
            g.row(),
            g.image(),
            copies,
            images.imageBytes(s.groupIn()),
            offsets[k],
            offsets[Math.min(k + 1, last)],
            offsets[Math.min(k + 2, last)],
            offsets[Math.min(k + 3, last)],
            room);
        addLanes(sums + 4L * (o * s.k() + k), room, Math.min(PRODUCTS, s.k() - k));
      }
    }
  }

  private void addLanes(long sums, long vectors, int products) {
    for (int o = 0; o < ROWS; o++) {
      for (int i = 0; i < products; i++) {
        long at = sums + 4L * (o * s.k() + i);
        float more = Lanes.sum(Lanes.load(vectors + (o * PRODUCTS + i) * (long) VECTOR_BYTES));
        Memory.setFloat(at, Memory.getFloat(at) + more);
      }
    }
  }

  private void addToWeight(int group, int first, int last) {
    for (int o = first; o < last; o++) {
      long to = dWeight + 4L * (group * s.groupOut() + o) * s.k();
      for (int chunk = 0; chunk < chunks(s); chunk++) {
        long from = partial + 4L * (chunk * rows(s) + o) * s.k();
        for (int k = 0; k < s.k(); k++) {
          Memory.setFloat(
              to + 4L * k, Memory.getFloat(to + 4L * k) + Memory.getFloat(from + 4L * k));
        }
      }
    }
  }
}
