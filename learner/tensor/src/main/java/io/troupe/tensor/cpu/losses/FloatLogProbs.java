package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/** Log-probabilities of tokens from FLOAT32 logits, and their gradient. */
final class FloatLogProbs {
  private final ComputePool pool;
  private final long logits;
  private final int rows;
  private final int vocab;
  private final long rowBytes;
  private final Tensor targets;
  private final double temperature;
  private final float invTemperature;

  FloatLogProbs(ComputePool pool, Tensor logits, Tensor targets, double temperature) {
    this.pool = pool;
    this.logits = logits.address();
    this.rows = logits.size(0);
    this.vocab = logits.size(1);
    this.rowBytes = (long) Float.BYTES * vocab;
    this.targets = targets;
    this.temperature = temperature;
    this.invTemperature = (float) (1 / temperature);
  }

  private int target(int row) {
    return Memory.getInt(targets.address() + 4L * row);
  }

  void compute(LogProbResults results) {
    LogitBlocks.forGroups(pool, rows, vocab, blocks -> compute(results, blocks));
  }

  private void compute(LogProbResults results, LogitBlocks blocks) {
    float[] max = maxima(blocks);
    LogitLoops.Sums[] sums = new LogitLoops.Sums[blocks.size()];
    boolean more = results.needsAllSums();
    blocks.forEach(
        (row, block, from, length) -> {
          if (target(row) >= 0) {
            long x = logits + row * rowBytes + 4L * from;
            sums[blocks.index(row, block)] =
                more
                    ? LogitLoops.BEST.sums(x, max[row - blocks.first()], invTemperature, length)
                    : LogitLoops.BEST.sumOfExp(
                        x, max[row - blocks.first()], invTemperature, length);
          }
        });
    for (int row = blocks.first(); row < blocks.end(); row++) {
      int target = target(row);
      if (target < 0) {
        results.clear(row);
        continue;
      }
      long x = logits + row * rowBytes;
      Statistics statistics = new Statistics(max[row - blocks.first()], temperature, vocab);
      for (int block = 0; block < blocks.count(); block++) {
        statistics.add(sums[blocks.index(row, block)]);
      }
      statistics.addRest(x, invTemperature);
      results.write(row, statistics, Memory.getFloat(x + 4L * target));
    }
  }

  private float[] maxima(LogitBlocks blocks) {
    float[] ofBlocks = new float[blocks.size()];
    blocks.forEach(
        (row, block, from, length) -> {
          if (target(row) >= 0) {
            long x = logits + row * rowBytes + 4L * from;
            ofBlocks[blocks.index(row, block)] = LogitLoops.BEST.max(x, length);
          }
        });
    float[] max = new float[blocks.rows()];
    for (int i = 0; i < max.length; i++) {
      max[i] = Float.NEGATIVE_INFINITY;
      for (int block = 0; block < blocks.count(); block++) {
        max[i] = Math.max(max[i], ofBlocks[blocks.index(blocks.first() + i, block)]);
      }
    }
    return max;
  }

  /** Writes the gradient by the logits, which may overwrite them. */
  void grad(Tensor dLogits, Tensor dLogProbs, Tensor dMean, Tensor lse) {
    Gradients gradients = new Gradients(dLogits.address() - logits, dLogProbs, dMean, lse);
    LogitBlocks.forGroups(
        pool,
        rows,
        vocab,
        blocks -> blocks.forEach((row, _, from, length) -> grad(gradients, row, from, length)));
  }

  /** The results, which are {@code distance} bytes after the logits, and what is known of rows. */
  private record Gradients(long distance, Tensor dLogProbs, Tensor dMean, Tensor lse) {}

  private void grad(Gradients gradients, int row, int from, int length) {
    long x = logits + row * rowBytes + 4L * from;
    long dx = x + gradients.distance;
    int target = target(row);
    if (target < 0) {
      Memory.clear(dx, 4L * length);
      return;
    }
    float lse = (float) gradients.lse.get(row);
    double d = gradients.dLogProbs.get(row);
    double mean = gradients.dMean == null ? 0 : gradients.dMean.get(row);
    float factor = (float) -((d + mean) * invTemperature);
    float shift = (float) (mean / vocab * invTemperature);
    LogitLoops.BEST.grad(dx, x, lse, invTemperature, factor, shift, length);
    if (target >= from && target < from + length) {
      long at = dx + 4L * (target - from);
      Memory.setFloat(at, (float) (Memory.getFloat(at) + d / temperature));
    }
  }
}
