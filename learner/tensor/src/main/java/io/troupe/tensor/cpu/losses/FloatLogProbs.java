package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/** Log-probabilities of tokens from FLOAT32 logits, and their gradient. */
final class FloatLogProbs {
  private final LogitBlocks blocks;
  private final long logits;
  private final long rowBytes;
  private final Tensor targets;
  private final double temperature;
  private final float invTemperature;

  FloatLogProbs(ComputePool pool, Tensor logits, Tensor targets, double temperature) {
    this.blocks = new LogitBlocks(pool, logits.size(0), logits.size(1));
    this.logits = logits.address();
    this.rowBytes = (long) Float.BYTES * blocks.vocab();
    this.targets = targets;
    this.temperature = temperature;
    this.invTemperature = (float) (1 / temperature);
  }

  private int target(int row) {
    return Memory.getInt(targets.address() + 4L * row);
  }

  void compute(LogProbResults results) {
    float[] max = maxima();
    LossRows.Sums[] sums = new LossRows.Sums[blocks.size()];
    boolean more = results.needsAllSums();
    blocks.forEach(
        (row, block, from, length) -> {
          if (target(row) >= 0) {
            long x = logits + row * rowBytes + 4L * from;
            sums[blocks.index(row, block)] =
                more
                    ? LossRows.Sums.of(x, max[row], invTemperature, length)
                    : LossRows.Sums.ofExp(x, max[row], invTemperature, length);
          }
        });
    for (int row = 0; row < blocks.rows(); row++) {
      int target = target(row);
      if (target < 0) {
        results.clear(row);
        continue;
      }
      long x = logits + row * rowBytes;
      Statistics statistics = new Statistics(max[row], temperature, blocks.vocab());
      for (int block = 0; block < blocks.count(); block++) {
        statistics.add(sums[blocks.index(row, block)]);
      }
      statistics.addRest(x, invTemperature);
      results.write(row, statistics, Memory.getFloat(x + 4L * target));
    }
  }

  private float[] maxima() {
    float[] ofBlocks = new float[blocks.size()];
    blocks.forEach(
        (row, block, from, length) -> {
          if (target(row) >= 0) {
            long x = logits + row * rowBytes + 4L * from;
            ofBlocks[blocks.index(row, block)] = SumLoops.max(x, length);
          }
        });
    float[] max = new float[blocks.rows()];
    for (int row = 0; row < max.length; row++) {
      max[row] = ofBlocks[blocks.index(row, 0)];
      for (int block = 1; block < blocks.count(); block++) {
        max[row] = Math.max(max[row], ofBlocks[blocks.index(row, block)]);
      }
    }
    return max;
  }

  /** Writes the gradient by the logits, which may overwrite them. */
  void grad(Tensor dLogits, Tensor dLogProbs, Tensor dMean, Tensor lse) {
    blocks.forEach(
        (row, _, from, length) -> {
          long offset = row * rowBytes + 4L * from;
          long dx = dLogits.address() + offset;
          int target = target(row);
          if (target < 0) {
            Memory.clear(dx, 4L * length);
            return;
          }
          double d = dLogProbs.get(row);
          double mean = dMean == null ? 0 : dMean.get(row);
          LossRows.grad(
              dx,
              logits + offset,
              (float) lse.get(row),
              invTemperature,
              d + mean,
              mean / blocks.vocab(),
              length);
          if (target >= from && target < from + length) {
            long at = dx + 4L * (target - from);
            Memory.setFloat(at, (float) (Memory.getFloat(at) + d / temperature));
          }
        });
  }
}
