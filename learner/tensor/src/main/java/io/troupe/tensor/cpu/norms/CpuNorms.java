package io.troupe.tensor.cpu.norms;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.NormOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.elementwise.FusedLoops;
import io.troupe.tensor.cpu.reductions.Float64Sums;
import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.memory.Memory;

/**
 * Normalization over the innermost dimension.
 *
 * <p>Gradients of weights are sums over rows: blocks of rows that the shape decides are summed one
 * by one, then the blocks in order.
 */
public final class CpuNorms implements NormOps {
  /** The fewest rows in a block, so that the blocks' own sums are few. */
  private static final int LEAST_ROWS = 16;

  /** Elements that pay for a second thread: what another core has written takes time to read. */
  private static final int LEAST_ELEMENTS = 2048;

  private final ComputePool pool;

  /** Computes on the threads of {@code pool}. */
  public CpuNorms(ComputePool pool) {
    this.pool = pool;
  }

  @Override
  public void layerNorm(
      Tensor out, Tensor mean, Tensor rstd, Tensor x, Tensor weight, Tensor bias, double eps) {
    Writes.to(out, mean, rstd);
    forward(out, mean, rstd, x, weight, bias, eps);
  }

  @Override
  public void rmsNorm(Tensor out, Tensor rstd, Tensor x, Tensor weight, double eps) {
    Writes.to(out, rstd);
    forward(out, null, rstd, x, weight, null, eps);
  }

  /** Layer normalization, or root-mean-square normalization if {@code mean} is null. */
  private void forward(
      Tensor out, Tensor mean, Tensor rstd, Tensor x, Tensor weight, Tensor bias, double eps) {
    int n = x.size(-1);
    if (x.dtype() == DType.FLOAT64) {
      forward64(out, mean, rstd, x, weight, bias, n, eps);
      return;
    }
    NormRows rows =
        new NormRows(
            out.address(),
            addressOf(mean),
            rstd.address(),
            x.address(),
            weight.address(),
            addressOf(bias),
            n);
    Partition.split(
        pool,
        rstd.numel(),
        rowsPerPart(rstd.numel(), n),
        (first, last) -> {
          NormRows some = rows.from(first);
          int count = (int) (last - first);
          setMeans(some, count);
          NormKernels.BEST.normalize(some, eps, count);
        });
  }

  /** A share for each thread where rows are few, as in decoding. */
  private long rowsPerPart(long rows, int n) {
    long share = (rows + pool.threads() - 1) / pool.threads();
    return Math.clamp(
        share, Math.max(1, LEAST_ELEMENTS / Math.max(1, n)), Partition.rowsPerPart(n));
  }

  private static void setMeans(NormRows rows, int count) {
    if (rows.mean() != 0) {
      int n = rows.n();
      for (long r = 0; r < count; r++) {
        float mean = (float) (SumLoops.sum(rows.x() + 4 * r * n, n) / n);
        Memory.setFloat(rows.mean() + 4 * r, mean);
      }
    }
  }

  private void forward64(
      Tensor out,
      Tensor mean,
      Tensor rstd,
      Tensor x,
      Tensor weight,
      Tensor bias,
      int n,
      double eps) {
    long to = out.address();
    long meanAt = addressOf(mean);
    long rstdAt = rstd.address();
    long from = x.address();
    long weightAt = weight.address();
    long biasAt = addressOf(bias);
    Partition.rows(
        pool,
        rstd.numel(),
        n,
        (first, last) -> {
          for (long r = first; r < last; r++) {
            long row = 8 * r * n;
            row64(to + row, meanAt, rstdAt, r, from + row, weightAt, biasAt, n, eps);
          }
        });
  }

  private static long addressOf(Tensor tensor) {
    return tensor == null ? 0 : tensor.address();
  }

  private static void row64(
      long out, long means, long rstds, long r, long x, long weight, long bias, int n, double eps) {
    double mean = 0;
    if (means != 0) {
      mean = Float64Sums.sum(x, n) / n;
      Memory.setDouble(means + 8 * r, mean);
    }
    double rstd = 1 / Math.sqrt(Float64Norms.meanSquare(x, mean, n) + eps);
    Memory.setDouble(rstds + 8 * r, rstd);
    Float64Norms.apply(out, x, mean, rstd, weight, bias, n);
  }

  @Override
  public void layerNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor rstd,
      Tensor weight) {
    Writes.to(dx, dWeight, dBias);
    backward(dx, false, dWeight, dBias, dy, x, mean, rstd, weight);
  }

  @Override
  public void rmsNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dy,
      Tensor x,
      Tensor rstd,
      Tensor weight,
      boolean accumulate) {
    Writes.to(dx, dWeight);
    backward(dx, accumulate, dWeight, null, dy, x, null, rstd, weight);
  }

  private void backward(
      Tensor dx,
      boolean accumulate,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor rstd,
      Tensor weight) {
    if (x.dtype() == DType.FLOAT64) {
      backward64(dx, accumulate, dWeight, dBias, dy, x, mean, rstd, weight);
      return;
    }
    NormGradRows rows =
        new NormGradRows(
            addressOf(dx),
            accumulate,
            dy.address(),
            x.address(),
            addressOf(mean),
            rstd.address(),
            weight.address(),
            x.size(-1));
    long numRows = rstd.numel();
    int n = rows.n();
    long perBlock = Math.max(LEAST_ROWS, Partition.rowsPerPart(n));
    if (numRows <= perBlock) {
      NormKernels.BEST.grad(rows, (int) numRows, addressOf(dWeight), addressOf(dBias));
      return;
    }
    int blocks = Math.toIntExact((numRows + perBlock - 1) / perBlock);
    long half = 4L * blocks * n;
    long dWeights = dWeight == null ? 0 : Scratch.ofThread().reserve(2 * half);
    long dBiases = dBias == null ? 0 : Scratch.ofThread().reserve(2 * half) + half;
    pool.run(
        blocks,
        block -> {
          long weights = clearBlock(dWeights, block, n);
          long biases = clearBlock(dBiases, block, n);
          long first = block * perBlock;
          int count = (int) Math.min(numRows - first, perBlock);
          NormKernels.BEST.grad(rows.from(first), count, weights, biases);
        });
    addBlocks(addressOf(dWeight), dWeights, blocks, n);
    addBlocks(addressOf(dBias), dBiases, blocks, n);
  }

  private static long clearBlock(long blocks, int block, int n) {
    if (blocks == 0) {
      return 0;
    }
    long at = blocks + 4L * block * n;
    Memory.clear(at, 4L * n);
    return at;
  }

  private static void addBlocks(long target, long blocks, int count, int n) {
    if (target != 0) {
      for (int block = 0; block < count; block++) {
        FusedLoops.BEST.addScaled(target, blocks + 4L * block * n, 1f, n);
      }
    }
  }

  private static void backward64(
      Tensor dx,
      boolean accumulate,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor rstd,
      Tensor weight) {
    int n = x.size(-1);
    for (long r = 0; r < rstd.numel(); r++) {
      long row = 8 * r * n;
      long dyAt = dy.address() + row;
      long xAt = x.address() + row;
      double m = mean == null ? 0 : Memory.getDouble(mean.address() + 8 * r);
      double s = Memory.getDouble(rstd.address() + 8 * r);
      Float64Norms.addParameterGrads(addressOf(dWeight), addressOf(dBias), dyAt, xAt, m, s, n);
      if (dx != null) {
        long dxAt = dx.address() + row;
        long w = weight.address();
        Float64Norms.grad(dxAt, accumulate, dyAt, xAt, m, s, w, mean != null, n);
      }
    }
  }
}
