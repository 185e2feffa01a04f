package io.troupe.tensor.cpu.norms;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.NormOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.elementwise.FusedLoops;
import io.troupe.tensor.cpu.reductions.Float64Sums;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.cpu.vectors.Rows;
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
    long to = out.address();
    long meanAt = addressOf(mean);
    long rstdAt = rstd.address();
    long from = x.address();
    long weightAt = weight.address();
    long biasAt = addressOf(bias);
    int n = x.size(-1);
    boolean single = x.dtype() == DType.FLOAT32;
    Partition.rows(
        pool,
        rstd.numel(),
        n,
        (first, last) -> {
          for (long r = first; r < last; r++) {
            if (single) {
              long row = 4 * r * n;
              row32(to + row, meanAt, rstdAt, r, from + row, weightAt, biasAt, n, eps);
            } else {
              long row = 8 * r * n;
              row64(to + row, meanAt, rstdAt, r, from + row, weightAt, biasAt, n, eps);
            }
          }
        });
  }

  private static long addressOf(Tensor tensor) {
    return tensor == null ? 0 : tensor.address();
  }

  private static void row32(
      long out, long means, long rstds, long r, long x, long weight, long bias, int n, double eps) {
    float mean = 0;
    if (means != 0) {
      mean = NormRows.mean(x, n);
      Memory.setFloat(means + 4 * r, mean);
    }
    float rstd = (float) (1 / Math.sqrt(NormRows.meanSquare(x, mean, n) + eps));
    Memory.setFloat(rstds + 4 * r, rstd);
    NormRows.apply(out, x, mean, rstd, weight, bias, n);
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
    Rows rows =
        new Rows(
            addressOf(dx),
            accumulate,
            dy.address(),
            x.address(),
            addressOf(mean),
            rstd.address(),
            weight.address(),
            x.size(-1));
    long numRows = rstd.numel();
    if (x.dtype() == DType.FLOAT64) {
      for (long r = 0; r < numRows; r++) {
        rows.grad64(r, addressOf(dWeight), addressOf(dBias));
      }
      return;
    }
    int n = rows.n;
    long perBlock = Math.max(LEAST_ROWS, Partition.rowsPerPart(n));
    if (numRows <= perBlock) {
      for (long r = 0; r < numRows; r++) {
        rows.grad32(r, addressOf(dWeight), addressOf(dBias));
      }
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
          long end = Math.min(numRows, (block + 1) * perBlock);
          for (long r = block * perBlock; r < end; r++) {
            rows.grad32(r, weights, biases);
          }
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
        FusedLoops.addScaled(target, blocks + 4L * block * n, 1f, n);
      }
    }
  }

  /** Addresses of the operands of a gradient; those that are absent are 0. */
  private record Rows(
      long dx, boolean accumulate, long dy, long x, long mean, long rstd, long weight, int n) {

    void grad32(long r, long dWeight, long dBias) {
      long row = 4 * r * n;
      float m = mean == 0 ? 0 : Memory.getFloat(mean + 4 * r);
      float s = Memory.getFloat(rstd + 4 * r);
      NormRows.addParameterGrads(dWeight, dBias, dy + row, x + row, m, s, n);
      if (dx != 0) {
        NormRows.grad(dx + row, accumulate, dy + row, x + row, m, s, weight, mean != 0, n);
      }
    }

    void grad64(long r, long dWeight, long dBias) {
      long row = 8 * r * n;
      double m = mean == 0 ? 0 : Memory.getDouble(mean + 8 * r);
      double s = Memory.getDouble(rstd + 8 * r);
      Float64Norms.addParameterGrads(dWeight, dBias, dy + row, x + row, m, s, n);
      if (dx != 0) {
        Float64Norms.grad(dx + row, accumulate, dy + row, x + row, m, s, weight, mean != 0, n);
      }
    }
  }
}
