package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.LossOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.reductions.Float64Sums;
import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;

/**
 * Log-probabilities of tokens. Rows with a negative target are skipped: all of their results are 0.
 */
public final class CpuLosses implements LossOps {
  private final ComputePool pool;

  /** Computes on the threads of {@code pool}. */
  public CpuLosses(ComputePool pool) {
    this.pool = pool;
  }

  @Override
  public void tokenLogProbs(
      Tensor logProbs,
      Tensor lse,
      Tensor entropy,
      Tensor meanLogProb,
      Tensor logits,
      Tensor targets,
      double temperature) {
    Writes.to(logProbs, lse, entropy, meanLogProb);
    DType type = logits.dtype();
    Row row =
        new Row(
            type,
            logits.address(),
            targets.address(),
            logProbs.address(),
            lse.address(),
            entropy == null ? 0 : entropy.address(),
            meanLogProb == null ? 0 : meanLogProb.address(),
            logits.size(1),
            temperature);
    Partition.rows(
        pool,
        logits.size(0),
        logits.size(1),
        (first, last) -> {
          LossRows.Sums sums = new LossRows.Sums();
          for (long r = first; r < last; r++) {
            row.compute(r, sums);
          }
        });
  }

  @Override
  public void mostLikely(Tensor tokenIds, Tensor logProbs, Tensor logits) {
    if (logits.dtype() == DType.FLOAT64) {
      LossOps.super.mostLikely(tokenIds, logProbs, logits);
      return;
    }
    Writes.to(tokenIds, logProbs);
    new MostLikely(logits, tokenIds, logProbs).run(pool);
  }

  /** The operands of {@link #tokenLogProbs}; absent ones have address 0. */
  private record Row(
      DType type,
      long logits,
      long targets,
      long logProbs,
      long lse,
      long entropy,
      long meanLogProb,
      int vocab,
      double temperature) {

    void compute(long r, LossRows.Sums sums) {
      int target = Memory.getInt(targets + 4 * r);
      if (target < 0) {
        write(r, 0, 0, 0, 0);
        return;
      }
      double max;
      double ofTarget;
      if (type == DType.FLOAT32) {
        long x = logits + 4 * r * vocab;
        float highest = SumLoops.max(x, vocab);
        boolean more = entropy != 0 || meanLogProb != 0;
        LossRows.sums(sums, x, highest, (float) (1 / temperature), more, vocab);
        max = highest;
        ofTarget = Memory.getFloat(x + 4L * target);
      } else {
        long x = logits + 8 * r * vocab;
        max = Float64Sums.max(x, vocab);
        LossRows.sums64(sums, x, max, temperature, vocab);
        ofTarget = Memory.getDouble(x + 8L * target);
      }
      double logSum = Math.log(sums.exp);
      write(
          r,
          (ofTarget - max) / temperature - logSum,
          max / temperature + logSum,
          logSum - sums.expTimesD / sums.exp,
          sums.d / vocab - logSum);
    }

    private void write(long r, double logProb, double logSumExp, double nats, double mean) {
      write(logProbs, r, logProb);
      write(lse, r, logSumExp);
      write(entropy, r, nats);
      write(meanLogProb, r, mean);
    }

    private void write(long address, long r, double value) {
      if (address == 0) {
        return;
      }
      if (type == DType.FLOAT32) {
        Memory.setFloat(address + 4 * r, (float) value);
      } else {
        Memory.setDouble(address + 8 * r, value);
      }
    }
  }

  @Override
  public void tokenLogProbsGrad(
      Tensor dLogits,
      Tensor dLogProbs,
      Tensor dMean,
      Tensor logits,
      Tensor lse,
      Tensor targets,
      double temperature) {
    Writes.to(dLogits);
    long to = dLogits.address();
    long from = logits.address();
    int vocab = logits.size(1);
    boolean single = logits.dtype() == DType.FLOAT32;
    long rowBytes = (long) vocab * logits.dtype().sizeBytes();
    Partition.rows(
        pool,
        logits.size(0),
        vocab,
        (first, last) -> {
          for (long r = first; r < last; r++) {
            long dx = to + r * rowBytes;
            int target = Memory.getInt(targets.address() + 4 * r);
            if (target < 0) {
              Memory.clear(dx, rowBytes);
              continue;
            }
            double d = dLogProbs.get(r);
            double mean = dMean == null ? 0 : dMean.get(r);
            if (single) {
              gradRow(dx, from + r * rowBytes, lse.get(r), target, d, mean, vocab, temperature);
            } else {
              gradRow64(dx, from + r * rowBytes, lse.get(r), target, d, mean, vocab, temperature);
            }
          }
        });
  }

  private static void gradRow(
      long dx,
      long x,
      double lse,
      int target,
      double d,
      double mean,
      int vocab,
      double temperature) {
    LossRows.grad(dx, x, (float) lse, (float) (1 / temperature), d + mean, mean / vocab, vocab);
    long at = dx + 4L * target;
    Memory.setFloat(at, (float) (Memory.getFloat(at) + d / temperature));
  }

  private static void gradRow64(
      long dx,
      long x,
      double lse,
      int target,
      double d,
      double mean,
      int vocab,
      double temperature) {
    LossRows.grad64(dx, x, lse, temperature, d + mean, mean / vocab, vocab);
    long at = dx + 8L * target;
    Memory.setDouble(at, Memory.getDouble(at) + d / temperature);
  }
}
