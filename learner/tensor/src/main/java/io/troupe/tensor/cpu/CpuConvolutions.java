package io.troupe.tensor.cpu;

import io.troupe.tensor.DType;
import io.troupe.tensor.Memory;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.ConvolutionOps;
import io.troupe.tensor.backend.Window;

/** Convolutions: FLOAT32 as matrix products over unfolded images, FLOAT64 as plain loops. */
final class CpuConvolutions implements ConvolutionOps {
  private final ComputePool pool;
  private final CpuMatrices matrices;

  /** Computes on the threads of {@code pool}. */
  CpuConvolutions(ComputePool pool) {
    this.pool = pool;
    this.matrices = new CpuMatrices(pool);
  }

  @Override
  public void conv2d(Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    ConvolutionShape s = ConvolutionShape.of(x, out, window, groups);
    long biasAt = bias == null ? 0 : bias.address();
    if (out.dtype() == DType.FLOAT64) {
      Float64Convolutions.forward(s, out.address(), x.address(), weight.address(), biasAt);
      return;
    }
    Tensor unfolded = unfolded(s);
    forEachGroup(
        s,
        (n, g) -> {
          unfold(s, n, g, unfolded.address(), x.address());
          matrices.matmul(
              windows(s, out, n, g), weights(s, weight, g), false, unfolded, false, false);
        });
    addBias(out, biasAt);
    unfolded.scope().release(unfolded);
  }

  @Override
  public void convTranspose2d(
      Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    ConvolutionShape s = ConvolutionShape.of(out, x, window, groups);
    long biasAt = bias == null ? 0 : bias.address();
    if (out.dtype() == DType.FLOAT64) {
      Float64Convolutions.inputGrad(s, out.address(), x.address(), weight.address(), biasAt);
      return;
    }
    Tensor unfolded = unfolded(s);
    Memory.clear(out.address(), out.sizeBytes());
    forEachGroup(
        s,
        (n, g) -> {
          matrices.matmul(unfolded, weights(s, weight, g), true, windows(s, x, n, g), false, false);
          fold(s, n, g, out.address(), unfolded.address());
        });
    addBias(out, biasAt);
    unfolded.scope().release(unfolded);
  }

  @Override
  public void conv2dWeightGrad(Tensor dWeight, Tensor dOut, Tensor x, Window window, int groups) {
    ConvolutionShape s = ConvolutionShape.of(x, dOut, window, groups);
    if (dOut.dtype() == DType.FLOAT64) {
      Float64Convolutions.weightGrad(s, dWeight.address(), dOut.address(), x.address());
      return;
    }
    Tensor unfolded = unfolded(s);
    forEachGroup(
        s,
        (n, g) -> {
          unfold(s, n, g, unfolded.address(), x.address());
          matrices.matmul(
              weights(s, dWeight, g), windows(s, dOut, n, g), false, unfolded, true, true);
        });
    unfolded.scope().release(unfolded);
  }

  @FunctionalInterface
  private interface OfGroup {
    void run(int n, int g);
  }

  private static void forEachGroup(ConvolutionShape s, OfGroup body) {
    for (int n = 0; n < s.batch(); n++) {
      for (int g = 0; g < s.groups(); g++) {
        body.run(n, g);
      }
    }
  }

  private static Tensor unfolded(ConvolutionShape s) {
    return Tensor.empty(DType.FLOAT32, Shape.of(s.k(), s.outPlane()));
  }

  private static Tensor windows(ConvolutionShape s, Tensor out, int n, int g) {
    long first = (long) n * s.outChannels() + (long) g * s.groupOut();
    return out.view(first * s.outPlane(), Shape.of(s.groupOut(), s.outPlane()));
  }

  private static Tensor weights(ConvolutionShape s, Tensor weight, int g) {
    return weight.view((long) g * s.groupOut() * s.k(), Shape.of(s.groupOut(), s.k()));
  }

  private void unfold(ConvolutionShape s, int n, int g, long target, long x) {
    pool.run(
        s.k(),
        k -> {
          for (int p = 0; p < s.outPlane(); p++) {
            long from = s.input(n, g * s.groupOut(), k, p);
            float value = from < 0 ? 0 : Memory.getFloat(x + 4 * from);
            Memory.setFloat(target + 4 * ((long) k * s.outPlane() + p), value);
          }
        });
  }

  private void fold(ConvolutionShape s, int n, int g, long dx, long unfolded) {
    pool.run(
        s.groupIn(),
        channel -> {
          for (int k = channel * s.kernel(); k < (channel + 1) * s.kernel(); k++) {
            for (int p = 0; p < s.outPlane(); p++) {
              long to = s.input(n, g * s.groupOut(), k, p);
              if (to >= 0) {
                float more = Memory.getFloat(unfolded + 4 * ((long) k * s.outPlane() + p));
                Memory.setFloat(dx + 4 * to, Memory.getFloat(dx + 4 * to) + more);
              }
            }
          }
        });
  }

  private void addBias(Tensor out, long bias) {
    if (bias == 0) {
      return;
    }
    int channels = out.size(1);
    int plane = out.size(2) * out.size(3);
    for (int i = 0; i < out.size(0) * channels; i++) {
      float more = Memory.getFloat(bias + 4L * (i % channels));
      for (int p = 0; p < plane; p++) {
        long at = out.address() + 4 * ((long) i * plane + p);
        Memory.setFloat(at, Memory.getFloat(at) + more);
      }
    }
  }
}
