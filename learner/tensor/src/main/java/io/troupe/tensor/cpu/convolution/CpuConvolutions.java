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
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
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

  /** Positions of an output channel below which the images of a batch are interleaved. */
  private static final int SMALL_PLANE = 64;

  /** Positions of a row of windows below which the images of a batch are interleaved. */
  private static final int SMALL_WIDTH = 32;

  private final ComputePool pool;

  /** Computes on the threads of {@code pool}. */
  public CpuConvolutions(ComputePool pool) {
    this.pool = pool;
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
    if (!isSmall(s)) {
      product(s, out, x, weight, bias);
      return;
    }
    Tensor images = interleave(s.batch(), s.inChannels(), s.height() * s.width(), x);
    Tensor result = bytes(4L * s.columns() * s.outChannels());
    product(s.interleave(), result.address(), images.address(), weight, bias);
    new InterleavedBatch(pool, s.batch(), s.outChannels(), s.outPlane())
        .separate(out, result.address());
    release(result);
    release(images);
  }

  /** Whether rows of images are so short that the images of a batch are interleaved. */
  private static boolean isSmall(ConvolutionShape s) {
    return s.batch() > 1
        && (s.outPlane() < SMALL_PLANE || !s.isPointwise() && s.outWidth() < SMALL_WIDTH);
  }

  private Tensor interleave(int batch, int channels, int positions, long images) {
    Tensor interleaved = bytes(4L * batch * channels * positions);
    new InterleavedBatch(pool, batch, channels, positions)
        .interleave(interleaved.address(), images);
    return interleaved;
  }

  private void product(ConvolutionShape s, long out, long x, long weight, long bias) {
    PaddedImages images = PaddedImages.of(s);
    Tensor padded = pad(images, x);
    Tensor offsets = Offsets.of(images);
    new ConvolutionProduct(
            s, images, offsets.address(), padded == null ? x : padded.address(), weight, bias, out)
        .run(pool);
    release(offsets);
    release(padded);
  }

  private void winograd(
      ConvolutionShape s, long out, long x, long weight, boolean transposed, long bias) {
    Tensor kernels = bytes(WinogradProduct.kernelBytes(s));
    WinogradProduct.transform(s, pool, kernels.address(), weight, transposed);
    new WinogradProduct(s, x, kernels.address(), bias, out).run(pool);
    release(kernels);
  }

  private void direct(ConvolutionShape s, long out, long x, long weight, long bias) {
    PaddedImages images = PaddedImages.of(s);
    Tensor offsets = Offsets.of(images);
    new DirectProduct(s, images, offsets.address(), x, weight, bias, out).run(pool);
    release(offsets);
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
    boolean many =
        s.columns() >= TURNED_WINDOWS && s.groupIn() >= TURNED_CHANNELS && s.kernel() > 1;
    if (transposed != null && (many || DirectProduct.fits(transposed))) {
      Tensor weights = Tensor.empty(DType.FLOAT32, weight.shape());
      pool.run(
          s.inChannels(),
          channel -> s.transposeWeight(weights.address(), weight.address(), channel));
      forward(transposed, out.address(), x.address(), weights.address(), biasAt);
      release(weights);
      return;
    }
    if (isSmall(s)) {
      Tensor gradients = interleave(s.batch(), s.outChannels(), s.outPlane(), x.address());
      Tensor result = bytes(4L * out.numel());
      fold(s.interleave(), result.address(), gradients.address(), weight.address(), biasAt);
      new InterleavedBatch(pool, s.batch(), s.inChannels(), s.height() * s.width())
          .separate(out.address(), result.address());
      release(result);
      release(gradients);
    } else {
      fold(s, out.address(), x.address(), weight.address(), biasAt);
    }
  }

  private void fold(ConvolutionShape s, long dx, long dOut, long weight, long bias) {
    PaddedImages images = PaddedImages.of(s);
    new FoldedProduct(s, images, images.offsets(), dOut, weight, bias, dx).run(pool);
  }

  @Override
  public void conv2dWeightGrad(
      Tensor dWeight, Tensor dOut, Tensor x, Window window, int groups, boolean accumulate) {
    Writes.to(dWeight);
    ConvolutionShape s = ConvolutionShape.of(x, dOut, window, groups);
    boolean isCleared = dOut.numel() == 0 || dOut.dtype() == DType.FLOAT64;
    if (!accumulate && isCleared) {
      Memory.clear(dWeight.address(), dWeight.sizeBytes());
    }
    if (dOut.numel() == 0) {
      return;
    }
    if (dOut.dtype() == DType.FLOAT64) {
      Float64Convolutions.weightGrad(s, dWeight.address(), dOut.address(), x.address());
      return;
    }
    if (Winograd.fits(s)) {
      winogradWeightGrad(s, dWeight, dOut, x, accumulate);
      return;
    }
    ConvolutionShape layout = isSmall(s) ? s.interleave() : s;
    Tensor images =
        isSmall(s)
            ? interleave(s.batch(), s.inChannels(), s.height() * s.width(), x.address())
            : null;
    long imagesAt = images == null ? x.address() : images.address();
    if (NarrowWeightGrad.fits(layout)) {
      narrowWeightGrad(layout, dWeight, dOut.address(), imagesAt, accumulate);
    } else if (isSmall(s)) {
      Tensor gradients = interleave(s.batch(), s.outChannels(), s.outPlane(), dOut.address());
      weightGrad(layout, dWeight, gradients.address(), imagesAt, accumulate);
      release(gradients);
    } else {
      weightGrad(layout, dWeight, dOut.address(), imagesAt, accumulate);
    }
    release(images);
  }

  private void narrowWeightGrad(
      ConvolutionShape s, Tensor dWeight, long dOut, long x, boolean accumulate) {
    PaddedImages images = PaddedImages.of(s);
    Tensor padded = pad(images, x);
    ChannelsLastGradients channelsLast = new ChannelsLastGradients(s, dOut);
    Tensor gradients = bytes(channelsLast.bytes());
    channelsLast.copy(pool, gradients.address());
    Tensor room = bytes(NarrowWeightGrad.roomBytes(s));
    new NarrowWeightGrad(
            s,
            images,
            padded == null ? x : padded.address(),
            gradients.address(),
            dWeight.address(),
            accumulate,
            room.address())
        .run(pool);
    release(room);
    release(gradients);
    release(padded);
  }

  private void weightGrad(
      ConvolutionShape s, Tensor dWeight, long dOut, long x, boolean accumulate) {
    PaddedImages images = PaddedImages.of(s);
    Tensor padded = pad(images, x);
    Tensor room = bytes(WeightGradProduct.roomBytes(s));
    new WeightGradProduct(
            s,
            images,
            images.offsets(),
            padded == null ? x : padded.address(),
            dOut,
            dWeight.address(),
            accumulate,
            room.address())
        .run(pool);
    release(room);
    release(padded);
  }

  private void winogradWeightGrad(
      ConvolutionShape s, Tensor dWeight, Tensor dOut, Tensor x, boolean accumulate) {
    Tensor panels = bytes(GradientPanels.bytes(s));
    Tensor partial = bytes(WinogradWeightGrad.partialBytes(s));
    new WinogradWeightGrad(
            s,
            x.address(),
            new GradientPanels(s, dOut.address(), panels.address()),
            dWeight.address(),
            accumulate,
            partial.address())
        .run(pool);
    release(partial);
    release(panels);
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
