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
 * gradients) or {@link Winograd}, FLOAT64 as plain loops.
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

  /** Minimum number of elements of an image that a strided 1x1 kernel reads to copy them. */
  private static final int SAMPLED_ELEMENTS = 4096;

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
    if (isSampled(s)) {
      Tensor sampled = sample(s, x);
      forward(s.sampled(), out, sampled.address(), weight, bias);
      release(sampled);
      return;
    }
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

  /** Whether the elements that a strided 1x1 kernel reads are copied first. */
  private static boolean isSampled(ConvolutionShape s) {
    return s.isSampling() && s.inChannels() * s.outPlane() >= SAMPLED_ELEMENTS;
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
    imageGrad(s, out.address(), x.address(), weight.address(), biasAt);
  }

  private void imageGrad(ConvolutionShape s, long dx, long dOut, long weight, long bias) {
    if (isSampled(s)) {
      SampledImages images = new SampledImages(pool, s);
      Tensor sampled = bytes(images.bytes());
      imageGrad(s.sampled(), sampled.address(), dOut, weight, 0);
      images.spread(dx, sampled.address(), bias);
      release(sampled);
      return;
    }
    ConvolutionShape transposed = s.transposed();
    if (transposed != null && Winograd.fits(transposed)) {
      winograd(transposed, dx, dOut, weight, true, bias);
      return;
    }
    boolean many =
        s.columns() >= TURNED_WINDOWS && s.groupIn() >= TURNED_CHANNELS && s.kernel() > 1;
    if (transposed != null && (many || DirectProduct.fits(transposed))) {
      Tensor weights = bytes(4L * s.outChannels() * s.k());
      pool.run(s.inChannels(), channel -> s.transposeWeight(weights.address(), weight, channel));
      forward(transposed, dx, dOut, weights.address(), bias);
      release(weights);
      return;
    }
    if (!isSmall(s)) {
      fold(s, dx, dOut, weight, bias);
      return;
    }
    int positions = s.height() * s.width();
    Tensor gradients = interleave(s.batch(), s.outChannels(), s.outPlane(), dOut);
    Tensor result = bytes(4L * s.batch() * s.inChannels() * positions);
    fold(s.interleave(), result.address(), gradients.address(), weight, bias);
    new InterleavedBatch(pool, s.batch(), s.inChannels(), positions).separate(dx, result.address());
    release(result);
    release(gradients);
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
    weightGrad(s, isSmall(s), dWeight.address(), dOut.address(), x.address(), accumulate);
  }

  /**
   * The gradient of the weight.
   *
   * @param interleaves whether windows are summed in the order of an interleaved batch
   */
  private void weightGrad(
      ConvolutionShape s,
      boolean interleaves,
      long dWeight,
      long dOut,
      long x,
      boolean accumulate) {
    if (isSampled(s)) {
      Tensor sampled = sample(s, x);
      weightGrad(s.sampled(), interleaves, dWeight, dOut, sampled.address(), accumulate);
      release(sampled);
    } else if (Winograd.fits(s)) {
      winogradWeightGrad(s, dWeight, dOut, x, accumulate);
    } else if (interleaves) {
      Tensor images = interleave(s.batch(), s.inChannels(), s.height() * s.width(), x);
      interleavedWeightGrad(s, dWeight, dOut, images.address(), accumulate);
      release(images);
    } else if (NarrowWeightGrad.fits(s)) {
      narrowWeightGrad(s, dWeight, dOut, x, accumulate);
    } else {
      weightGradProduct(s, dWeight, dOut, x, accumulate);
    }
  }

  private void interleavedWeightGrad(
      ConvolutionShape s, long dWeight, long dOut, long interleaved, boolean accumulate) {
    if (NarrowWeightGrad.fits(s.interleave())) {
      narrowWeightGrad(s.interleave(), dWeight, dOut, interleaved, accumulate);
      return;
    }
    Tensor gradients = interleave(s.batch(), s.outChannels(), s.outPlane(), dOut);
    weightGradProduct(s.interleave(), dWeight, gradients.address(), interleaved, accumulate);
    release(gradients);
  }

  private void narrowWeightGrad(
      ConvolutionShape s, long dWeight, long dOut, long x, boolean accumulate) {
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
            dWeight,
            accumulate,
            room.address())
        .run(pool);
    release(room);
    release(gradients);
    release(padded);
  }

  private Tensor sample(ConvolutionShape s, long x) {
    SampledImages images = new SampledImages(pool, s);
    Tensor sampled = bytes(images.bytes());
    images.sample(sampled.address(), x);
    return sampled;
  }

  private void weightGradProduct(
      ConvolutionShape s, long dWeight, long dOut, long x, boolean accumulate) {
    PaddedImages images = PaddedImages.of(s);
    Tensor padded = pad(images, x);
    Tensor room = bytes(WeightGradProduct.roomBytes(s));
    new WeightGradProduct(
            s,
            images,
            images.offsets(),
            padded == null ? x : padded.address(),
            dOut,
            dWeight,
            accumulate,
            room.address())
        .run(pool);
    release(room);
    release(padded);
  }

  private void winogradWeightGrad(
      ConvolutionShape s, long dWeight, long dOut, long x, boolean accumulate) {
    Tensor panels = bytes(GradientPanels.bytes(s));
    Tensor partial = bytes(WinogradWeightGrad.partialBytes(s));
    new WinogradWeightGrad(
            s,
            x,
            new GradientPanels(s, dOut, panels.address()),
            dWeight,
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
