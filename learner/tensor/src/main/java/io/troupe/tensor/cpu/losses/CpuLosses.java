package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.LossOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.threads.ComputePool;

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
    LogProbResults results = new LogProbResults(logProbs, lse, entropy, meanLogProb);
    TokenLogits tokens = new TokenLogits(logits, targets, temperature);
    if (logits.dtype() == DType.FLOAT32) {
      new FloatLogProbs(pool, tokens).compute(results);
    } else {
      new Float64LogProbs(pool, tokens).compute(results);
    }
  }

  @Override
  public void mostLikely(Tensor tokenIds, Tensor logProbs, Tensor logits) {
    if (logits.dtype() == DType.FLOAT64) {
      LossOps.super.mostLikely(tokenIds, logProbs, logits);
      return;
    }
    Writes.to(tokenIds, logProbs);
    new MostLikely(pool, logits).write(tokenIds, logProbs);
  }

  @Override
  public void topLogProbs(Tensor tokenIds, Tensor logProbs, Tensor logits, double temperature) {
    if (logits.dtype() == DType.FLOAT64) {
      LossOps.super.topLogProbs(tokenIds, logProbs, logits, temperature);
      return;
    }
    Writes.to(tokenIds, logProbs);
    Tensor allRows = Tensor.of(new int[logits.size(0)]); // a target that skips no row
    TokenLogits tokens = new TokenLogits(logits, allRows, temperature);
    new FloatLogProbs(pool, tokens).compute(new TopLogProbs(tokenIds, logProbs, tokens));
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
    TokenLogits tokens = new TokenLogits(logits, targets, temperature);
    if (logits.dtype() == DType.FLOAT32) {
      new FloatLogProbs(pool, tokens).grad(dLogits, dLogProbs, dMean, lse);
    } else {
      new Float64LogProbs(pool, tokens).grad(dLogits, dLogProbs, dMean, lse);
    }
  }
}
