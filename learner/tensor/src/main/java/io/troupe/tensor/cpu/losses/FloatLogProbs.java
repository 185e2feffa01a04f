package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/** Log-probabilities of tokens from FLOAT32 logits, and their gradient. */
final class FloatLogProbs {
  private final ComputePool pool;
  private final TokenLogits tokens;
  private final float invTemperature;

  FloatLogProbs(ComputePool pool, TokenLogits tokens) {
    this.pool = pool;
    this.tokens = tokens;
    this.invTemperature = (float) (1 / tokens.temperature());
  }

  void compute(RowResults results) {
    LogitBlocks.forGroups(pool, tokens.rows(), tokens.vocab(), blocks -> compute(results, blocks));
  }

  private void compute(RowResults results, LogitBlocks blocks) {
    RowMaxima max = RowMaxima.of(blocks, tokens::address, row -> tokens.target(row) >= 0);
    LogitLoops.Sums[] sums = new LogitLoops.Sums[blocks.size()];
    boolean more = results.needsAllSums();
    blocks.forEach(
        (row, block, from, length) -> {
          if (tokens.target(row) >= 0) {
            long x = tokens.address(row, from);
            float highest = max.of(row);
            sums[blocks.index(row, block)] =
                more
                    ? LogitLoops.BEST.sums(x, highest, invTemperature, length)
                    : LogitLoops.BEST.sumOfExp(x, highest, invTemperature, length);
          }
        });
    for (int row = blocks.first(); row < blocks.end(); row++) {
      int target = tokens.target(row);
      if (target < 0) {
        results.clear(row);
        continue;
      }
      float highest = max.of(row);
      long x = tokens.address(row, 0);
      results.write(
          row,
          Statistics.of(blocks, sums, row, x, highest, tokens.temperature()),
          Memory.getFloat(tokens.address(row, target)));
    }
  }

  /** Writes the gradient by the logits, which may overwrite them. */
  void grad(Tensor dLogits, Tensor dLogProbs, Tensor dMean, Tensor lse) {
    Gradients gradients =
        new Gradients(dLogits.address() - tokens.logits().address(), dLogProbs, dMean, lse);
    LogitBlocks.forGroups(
        pool,
        tokens.rows(),
        tokens.vocab(),
        blocks -> blocks.forEach((row, _, from, length) -> grad(gradients, row, from, length)));
  }

  /** The results, which are {@code distance} bytes after the logits, and what is known of rows. */
  private record Gradients(long distance, Tensor dLogProbs, Tensor dMean, Tensor lse) {}

  private void grad(Gradients gradients, int row, int from, int length) {
    long x = tokens.address(row, from);
    long dx = x + gradients.distance;
    int target = tokens.target(row);
    if (target < 0) {
      Memory.clear(dx, 4L * length);
      return;
    }
    float lse = (float) gradients.lse.get(row);
    double d = gradients.dLogProbs.get(row);
    double mean = gradients.dMean == null ? 0 : gradients.dMean.get(row);
    float factor = (float) -((d + mean) * invTemperature);
    float shift = (float) (mean / tokens.vocab() * invTemperature);
    LogitLoops.BEST.grad(dx, x, lse, invTemperature, factor, shift, length);
    if (target >= from && target < from + length) {
      long at = dx + 4L * (target - from);
      Memory.setFloat(at, (float) (Memory.getFloat(at) + d / tokens.temperature()));
    }
  }
}
