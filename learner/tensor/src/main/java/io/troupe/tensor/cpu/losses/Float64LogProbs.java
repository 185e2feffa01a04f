package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.reductions.Float64Sums;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;

/** Log-probabilities of tokens from FLOAT64 logits, and their gradient. */
final class Float64LogProbs {
  private final ComputePool pool;
  private final TokenLogits tokens;

  Float64LogProbs(ComputePool pool, TokenLogits tokens) {
    this.pool = pool;
    this.tokens = tokens;
  }

  void compute(LogProbResults results) {
    Partition.rows(
        pool,
        tokens.rows(),
        tokens.vocab(),
        (first, last) -> {
          for (int row = (int) first; row < last; row++) {
            int target = tokens.target(row);
            if (target < 0) {
              results.clear(row);
            } else {
              double logit = Memory.getDouble(tokens.address(row, target));
              results.write(row, statistics(tokens.address(row, 0)), logit);
            }
          }
        });
  }

  private Statistics statistics(long x) {
    int vocab = tokens.vocab();
    double temperature = tokens.temperature();
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
        tokens.rows(),
        tokens.vocab(),
        (first, last) -> {
          for (int row = (int) first; row < last; row++) {
            int vocab = tokens.vocab();
            long dx = dLogits.address() + 8L * row * vocab;
            int target = tokens.target(row);
            if (target < 0) {
              Memory.clear(dx, 8L * vocab);
              continue;
            }
            double d = dLogProbs.get(row);
            double mean = dMean == null ? 0 : dMean.get(row);
            grad(dx, tokens.address(row, 0), lse.get(row), d + mean, mean / vocab);
            long at = dx + 8L * target;
            Memory.setDouble(at, Memory.getDouble(at) + d / tokens.temperature());
          }
        });
  }

  private void grad(long dx, long x, double lse, double weight, double offset) {
    double temperature = tokens.temperature();
    for (int i = 0; i < tokens.vocab(); i++) {
      double p = Math.exp(Memory.getDouble(x + 8L * i) / temperature - lse);
      Memory.setDouble(dx + 8L * i, (offset - weight * p) / temperature);
    }
  }
}
