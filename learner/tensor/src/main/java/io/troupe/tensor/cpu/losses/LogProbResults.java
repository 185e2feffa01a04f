package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.Memory;

/** The results for each row; {@code entropy} and {@code meanLogProb} may be null. */
record LogProbResults(Tensor logProbs, Tensor lse, Tensor entropy, Tensor meanLogProb)
    implements RowResults {
  @Override
  public boolean needsAllSums() {
    return entropy != null || meanLogProb != null;
  }

  @Override
  public void clear(int row) {
    write(logProbs, row, 0);
    write(lse, row, 0);
    write(entropy, row, 0);
    write(meanLogProb, row, 0);
  }

  @Override
  public void write(int row, Statistics statistics, double logitOfTarget) {
    write(logProbs, row, statistics.logProb(logitOfTarget));
    write(lse, row, statistics.logSumExp());
    write(entropy, row, statistics.entropy());
    write(meanLogProb, row, statistics.mean());
  }

  private static void write(Tensor results, int row, double value) {
    if (results == null) {
      return;
    }
    if (results.dtype() == DType.FLOAT32) {
      Memory.setFloat(results.address() + 4L * row, (float) value);
    } else {
      Memory.setDouble(results.address() + 8L * row, value);
    }
  }
}
