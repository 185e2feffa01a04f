package io.troupe.tensor.cpu.convolution;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.ConvolutionOps;
import io.troupe.tensor.backend.Window;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.GradientPanels;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.images.WindowColumns;
import io.troupe.tensor.cpu.products.CpuMatrices;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.winograd.Winograd;
import io.troupe.tensor.cpu.winograd.WinogradProduct;
import io.troupe.tensor.cpu.winograd.WinogradWeightGrad;
import io.troupe.tensor.memory.Memory;

/**
 * Convolutions: FLOAT32 as matrix products over windows ({@link ConvolutionProduct} and its two
 * gradients), FLOAT64 as plain loops.
 */
public final class CpuConvolutions implements ConvolutionOps {
  /**
   * Minimum number of windows and channels for which transposing the weight costs less than folding
   * sums.
   */
  private static final int TURNED_WINDOWS = 512;

  private static final int TURNED_CHANNELS = 24;

  /**
   * Maximum number of windows for which a matrix of windows costs less than transposing the
   * gradient of a weight.
   */
  private static final int FEW_WINDOWS = 256;

  private static final int READ_ROWS = 128;

  private final ComputePool pool;
  private final CpuMatrices matrices;

  /** Computes on the threads of {@code pool}. */
  public CpuConvolutions(ComputePool pool) {
    this.pool = pool;
    this.matrices = new CpuMatrices(pool);
  }

  @Override
  public void conv2d(Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    Writes.to(out);
    ConvolutionShape s = ConvolutionShape.of(x, out, window, groups);
    long biasAt = bias == null ? 0 : bias.address();
    if (out.numel() == 0) {
      return;
    }
    if (out.dtype() == DType.FLOAT64) {
      Float64Convolutions.forward(s, out.address(), x.address(), weight.address(), biasAt);
    } else {
      forward(s, out.address(), x.address(), weight.address(), biasAt);
    }
  }

  private void forward(ConvolutionShape s, long out, long x, long weight, long bias) {
    if (Winograd.fits(s)) {
      winograd(s, out, x, weight, false, bias);
      return;
    }
    if (DirectProduct.fits(s)) {
      direct(s, out, x, weight, bias);
      return;
    }
    PaddedImages images = PaddedImages.of(s);
    Tensor padded = pad(images, x);
    boolean few = FewWindowsProduct.fits(s);
    Tensor rows = !few && s.k() % 1024 == 0 ? spaced(weight, s.outChannels(), s.k()) : null;
    ConvolutionProduct product =
        new ConvolutionProduct(
            s,
            images,
            images.offsets(),
            padded == null ? x : padded.address(),
            rows == null ? weight : rows.address(),
            4L * (rows == null ? s.k() : rows.size(1)),
            bias,
            out);
    if (few) {
      Tensor panels = bytes(FewWindowsProduct.bytes(s));
      new FewWindowsProduct(product, panels.address()).run(pool);
      release(panels);
    } else {
      product.run(pool);
    }
    release(padded);
    release(rows);
  }

  private void winograd(
      ConvolutionShape s, long out, long x, long weight, boolean transposed, long bias) {
    Tensor kernels = bytes(WinogradProduct.kernelBytes(s));
    WinogradProduct.transform(s, pool, kernels.address(), weight, transposed);
    new WinogradProduct(s, x, kernels.address(), bias, out).run(pool);
    release(kernels);
  }

  private void direct(ConvolutionShape s, long out, long x, long weight, long bias) {
    Tensor rows = bytes(4L * s.groups() * DirectProduct.rows(s) * s.k());
    Memory.clear(rows.address(), 4 * rows.numel());
    for (int g = 0; g < s.groups(); g++) {
      long to = rows.address() + 4L * g * DirectProduct.rows(s) * s.k();
      long each = 4L * s.groupOut() * s.k();
      Memory.copy(to, weight + g * each, each);
    }
    PaddedImages images = PaddedImages.of(s);
    new DirectProduct(s, images, images.offsets(), x, rows.address(), bias, out).run(pool);
    release(rows);
  }

  /** Copies rows so that they do not evict each other from the caches. */
  private static Tensor spaced(long weight, int rows, int k) {
    Tensor copy = Tensor.empty(DType.FLOAT32, Shape.of(rows, k + 16));
    for (int row = 0; row < rows; row++) {
      Memory.copy(copy.address() + 4L * row * (k + 16), weight + 4L * row * k, 4L * k);
    }
    return copy;
  }

  @Override
  public void convTranspose2d(
      Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    Writes.to(out);
    ConvolutionShape s = ConvolutionShape.of(out, x, window, groups);
    long biasAt = bias == null ? 0 : bias.address();
    if (out.numel() == 0) {
      return;
    }
    if (out.dtype() == DType.FLOAT64) {
      Float64Convolutions.inputGrad(s, out.address(), x.address(), weight.address(), biasAt);
      return;
    }
    ConvolutionShape transposed = s.transposed();
    if (transposed != null && Winograd.fits(transposed)) {
      winograd(transposed, out.address(), x.address(), weight.address(), true, biasAt);
      return;
    }
    boolean many = s.columns() >= TURNED_WINDOWS && s.groupIn() >= TURNED_CHANNELS;
    if (transposed != null && (many || DirectProduct.fits(transposed))) {
      Tensor weights = Tensor.empty(DType.FLOAT32, weight.shape());
      pool.run(
          s.inChannels(),
          channel -> s.transposeWeight(weights.address(), weight.address(), channel));
      forward(transposed, out.address(), x.address(), weights.address(), biasAt);
      release(weights);
      return;
    }
    PaddedImages images = PaddedImages.of(s);
    new FoldedProduct(
            s, images, images.offsets(), x.address(), weight.address(), biasAt, out.address())
        .run(pool);
  }

  @Override
  public void conv2dWeightGrad(Tensor dWeight, Tensor dOut, Tensor x, Window window, int groups) {
    Writes.to(dWeight);
    ConvolutionShape s = ConvolutionShape.of(x, dOut, window, groups);
    if (dOut.numel() == 0) {
      return;
    }
    if (dOut.dtype() == DType.FLOAT64) {
      Float64Convolutions.weightGrad(s, dWeight.address(), dOut.address(), x.address());
      return;
    }
    if (Winograd.fits(s)) {
      winogradWeightGrad(s, dWeight, dOut, x);
      return;
    }
    if (DirectWeightGrad.fits(s)) {
      Tensor partial = bytes(DirectWeightGrad.partialBytes(s));
      PaddedImages images = PaddedImages.of(s);
      new DirectWeightGrad(
              s,
              images,
              images.offsets(),
              x.address(),
              dOut.address(),
              dWeight.address(),
              partial.address())
          .run(pool);
      release(partial);
      return;
    }
    PaddedImages images = PaddedImages.of(s);
    Tensor padded = pad(images, x.address());
    long imagesAt = padded == null ? x.address() : padded.address();
    if (s.columns() <= FEW_WINDOWS) {
      ofFewWindows(images, dWeight, dOut, imagesAt);
      release(padded);
      return;
    }
    Tensor panels = bytes(GradientPanels.bytes(s));
    Tensor partial = bytes(WeightGradProduct.partialBytes(s));
    new WeightGradProduct(
            s,
            images,
            images.offsets(),
            imagesAt,
            new GradientPanels(s, dOut.address(), panels.address()),
            dWeight.address(),
            partial.address())
        .run(pool);
    release(partial);
    release(panels);
    release(padded);
  }

  private void winogradWeightGrad(ConvolutionShape s, Tensor dWeight, Tensor dOut, Tensor x) {
    Tensor panels = bytes(GradientPanels.bytes(s));
    Tensor partial = bytes(WinogradWeightGrad.partialBytes(s));
    new WinogradWeightGrad(
            s,
            x.address(),
            new GradientPanels(s, dOut.address(), panels.address()),
            dWeight.address(),
            partial.address())
        .run(pool);
    release(partial);
    release(panels);
  }

  /** The gradient of the weight through a matrix of all windows. */
  private void ofFewWindows(PaddedImages images, Tensor dWeight, Tensor dOut, long padded) {
    ConvolutionShape s = images.s();
    int count = (int) s.columns();
    long[] offsets = images.offsets();
    WindowColumns columns = new WindowColumns(images, images.imageBytes(), count);
    columns.moveTo(0, count, 0);
    Tensor read = Tensor.empty(DType.FLOAT32, Shape.of(s.k(), count));
    // the last row's last vector is written whole: it must not reach into another tensor
    Tensor room = bytes(4L * s.groupOut() * count + 4L * Lanes.COUNT);
    Tensor gradient = room.view(0, Shape.of(s.groupOut(), count));
    for (int g = 0; g < s.groups(); g++) {
      long groupImages = padded + g * s.groupIn() * images.planeBytes();
      long channels = dOut.address() + 4L * g * s.groupOut() * s.outPlane();
      // a row's last vector reaches into the next row: each part has its own memory
      pool.run(
          (s.k() + READ_ROWS - 1) / READ_ROWS,
          part -> {
            int from = part * READ_ROWS;
            int rows = Math.min(READ_ROWS, s.k() - from);
            long copy = ProductScratch.ofThread().rows(4L * rows * count + 64);
            columns.copyRows(copy, 4L * count, rows, offsets, from, groupImages);
            Memory.copy(read.address() + 4L * from * count, copy, 4L * rows * count);
          });
      for (int o = 0; o < s.groupOut(); o++) {
        columns.read(gradient.address() + 4L * o * count, channels + 4L * o * s.outPlane());
      }
      Tensor part = dWeight.view((long) g * s.groupOut() * s.k(), Shape.of(s.groupOut(), s.k()));
      matrices.matmul(part, gradient, false, read, true, true);
    }
    release(read);
    release(room);
  }

  /** The images with their padding, or null if they need none. */
  private Tensor pad(PaddedImages images, long x) {
    if (images.isPlain()) {
      return null;
    }
    ConvolutionShape s = images.s();
    Tensor padded = bytes(s.batch() * images.imageBytes());
    long at = padded.address();
    Partition.rows(
        pool,
        (long) s.batch() * s.inChannels(),
        images.planeBytes() / 4,
        (first, last) -> images.pad(at, x, first, last));
    return padded;
  }

  private static Tensor bytes(long bytes) {
    return Tensor.empty(DType.FLOAT32, Shape.of(Math.toIntExact((bytes + 3) / 4)));
  }

  private static void release(Tensor temporary) {
    if (temporary != null) {
      temporary.scope().release(temporary);
    }
  }
}
