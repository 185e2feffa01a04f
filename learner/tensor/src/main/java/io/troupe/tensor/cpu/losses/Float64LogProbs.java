package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.reductions.Float64Sums;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;

/** Log-probabilities of tokens from FLOAT64 logits, and their gradient. */
final class Float64LogProbs {
  private final ComputePool pool;
  private final long logits;
  private final int rows;
  private final int vocab;
  private final Tensor targets;
  private final double temperature;

  Float64LogProbs(ComputePool pool, Tensor logits, Tensor targets, double temperature) {
    this.pool = pool;
    this.logits = logits.address();
    this.rows = logits.size(0);
    this.vocab = logits.size(1);
    this.targets = targets;
    this.temperature = temperature;
  }

  private int target(int row) {
    return Memory.getInt(targets.address() + 4L * row);
  }

  private long row(int row) {
    return logits + 8L * row * vocab;
  }

  void compute(LogProbResults results) {
    Partition.rows(
        pool,
        rows,
        vocab,
        (first, last) -> {
          for (int row = (int) first; row < last; row++) {
            int target = target(row);
            if (target < 0) {
              results.clear(row);
            } else {
              results.write(row, statistics(row(row)), Memory.getDouble(row(row) + 8L * target));
            }
          }
        });
  }

  private Statistics statistics(long x) {
    double max = Float64Sums.max(x, vocab);
    Statistics statistics = new Statistics(max, temperature, vocab);
    for (int i = 0; i < vocab; i++) {
      double d = (Memory.getDouble(x + 8L * i) - max) / temperature;
      statistics.add(d, Math.exp(d));
    }
    return statistics;
  }

  /** Writes the gradient by the logits, which may overwrite them. */
  void grad(Tensor dLogits, Tensor dLogProbs, Tensor dMean, Tensor lse) {
    Partition.rows(
        pool,
        rows,
        vocab,
        (first, last) -> {
          for (int row = (int) first; row < last; row++) {
            long dx = dLogits.address() + 8L * row * vocab;
            int target = target(row);
            if (target < 0) {
              Memory.clear(dx, 8L * vocab);
              continue;
            }
            double d = dLogProbs.get(row);
            double mean = dMean == null ? 0 : dMean.get(row);
            grad(dx, row(row), lse.get(row), d + mean, mean / vocab);
            long at = dx + 8L * target;
            Memory.setDouble(at, Memory.getDouble(at) + d / temperature);
          }
        });
  }

  private void grad(long dx, long x, double lse, double weight, double offset) {
    for (int i = 0; i < vocab; i++) {
      double p = Math.exp(Memory.getDouble(x + 8L * i) / temperature - lse);
      Memory.setDouble(dx + 8L * i, (offset - weight * p) / temperature);
    }
  }
}
