package io.troupe.tensor.cpu.convolution;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;
import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;

import io.troupe.tensor.backend.Window;
import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.products.PackedPanels;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.products.Tiles;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * A convolution of floats with a stride of one and few channels, whose kernels read padded images
 * in place. The rows of an image count as one: sums are also computed where a window would cross
 * the end of a row; they are excluded from the result.
 *
 * @param images layout of the padded images
 * @param offsets address of the offsets of the products of a window, see {@link Offsets}
 * @param x address of the images, without padding
 * @param weight address of the weight
 * @param bias address of the bias, or 0
 * @param out address of the result, which is overwritten
 */
record DirectProduct(
    ConvolutionShape s,
    PaddedImages images,
    long offsets,
    long x,
    long weight,
    long bias,
    long out) {
  /** Maximum number of output channels; with more of them {@link ConvolutionProduct} is faster. */
  private static final int MOST_CHANNELS = 36;

  /** Maximum size of an image in bytes that stays in the L2 cache. */
  private static final long MOST_IMAGE_BYTES = 256 << 10;

  /** Minimum percentage of positions that are part of the result. */
  private static final int LEAST_SHARE = 60;

  /** Whether this algorithm is the fastest for a convolution. */
  static boolean fits(ConvolutionShape s) {
    Window.Axis across = s.window().width();
    PaddedImages images = PaddedImages.of(s);
    return s.window().height().stride() == 1
        && across.stride() == 1
        && s.kernel() > 1
        && s.groupOut() <= MOST_CHANNELS
        && 4L * 100 * s.outWidth() >= LEAST_SHARE * images.rowBytes()
        && s.groupIn() * images.planeBytes() <= MOST_IMAGE_BYTES;
  }

  /** Positions of an image in panels, including excluded ones. */
  private int panels() {
    return PackedPanels.count(Math.toIntExact(s.outHeight() * images.rowBytes() / 4));
  }

  void run(ComputePool pool) {
    pool.run(
        s.groups() * s.batch(),
        part -> {
          int group = part % s.groups();
          image(group, part / s.groups());
        });
  }

  private void image(int group, int n) {
    ProductScratch scratch = ProductScratch.ofThread();
    long plane = 4L * s.height() * s.width();
    long from = x + ((long) n * s.inChannels() + group * s.groupIn()) * plane;
    // the last panel's windows reach behind the image
    long image = scratch.inputs(images.imageBytes(s.groupIn()) + images.rowBytes() + ROW_BYTES);
    images.pad(image, from, 0, s.groupIn());
    long row = (long) panels() * ROW_BYTES;
    long sums = scratch.images(s.groupOut() * row);
    Tiles.gather(
        s.groupOut(),
        panels() * COLUMNS,
        s.k(),
        weight + 4L * group * s.groupOut() * s.k(),
        4L * s.k(),
        image,
        offsets,
        sums,
        row,
        true);
    for (int o = 0; o < s.groupOut(); o++) {
      long channel = (long) group * s.groupOut() + o;
      float start = bias == 0 ? 0 : Memory.getFloat(bias + 4 * channel);
      long to = out + 4 * (n * (long) s.outChannels() + channel) * s.outPlane();
      write(to, sums + o * row, start);
    }
  }

  /** Writes the positions that are part of the result. */
  private void write(long to, long from, float start) {
    FloatVector added = Lanes.all(start);
    int whole = Lanes.whole(s.outWidth());
    VectorMask<Float> rest = Lanes.first(s.outWidth() - whole);
    for (int y = 0; y < s.outHeight(); y++) {
      long row = from + y * images.rowBytes();
      long target = to + 4L * y * s.outWidth();
      for (int i = 0; i < whole; i += Lanes.COUNT) {
        Lanes.store(Lanes.load(row + 4L * i).add(added), target + 4L * i);
      }
      if (whole < s.outWidth()) {
        Lanes.store(Lanes.load(row + 4L * whole).add(added), target + 4L * whole, rest);
      }
    }
  }
}
