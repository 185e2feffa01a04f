package io.troupe.tensor.backend;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;

/** Log-probabilities of tokens from logits, without a second tensor of their size. */
public interface LossOps {
  /**
   * The log-probability of one token per row under the temperature-scaled softmax of the row.
   *
   * @param logProbs (rows), written: {@code logits[target] / temperature - lse}
   * @param lse (rows), written: the log of the sum of the exponentials of logits / temperature
   * @param entropy (rows), written: the entropy of the row's distribution in nats; or null
   * @param meanLogProb (rows), written: the mean log-probability over the vocabulary, which label
   *     smoothing needs; or null
   * @param logits (rows, vocab)
   * @param targets (rows), INT32; a row with a negative target gets 0 in every result
   */
  void tokenLogProbs(
      Tensor logProbs,
      Tensor lse,
      Tensor entropy,
      Tensor meanLogProb,
      Tensor logits,
      Tensor targets,
      double temperature);

  /**
   * The most likely token of each row, and its log-probability as {@link #tokenLogProbs} computes
   * it at temperature 1.
   *
   * @param tokenIds (rows), INT32, written: the first of equally likely tokens
   * @param logProbs (rows), written
   * @param logits (rows, vocab)
   */
  default void mostLikely(Tensor tokenIds, Tensor logProbs, Tensor logits) {
    Backend.of(logits).reduction().argmax(tokenIds, logits);
    Tensor lse = Tensor.empty(logProbs.dtype(), logProbs.shape());
    tokenLogProbs(logProbs, lse, null, null, logits, tokenIds, 1);
  }

  /**
   * The most likely tokens of each row, best first, and their log-probabilities as {@link
   * #tokenLogProbs} computes them. Of equally likely tokens the first ones rank first.
   *
   * @param tokenIds (rows, k), INT32, written
   * @param logProbs (rows, k), written
   * @param logits (rows, vocab), with k at most vocab
   */
  default void topLogProbs(Tensor tokenIds, Tensor logProbs, Tensor logits, double temperature) {
    int k = tokenIds.size(1);
    Tensor flatIds = tokenIds.reshape(-1);
    Tensor flatLogProbs = logProbs.reshape(-1);
    Tensor lse = Tensor.empty(logits.dtype(), Shape.of(1));
    for (int row = 0; row < logits.size(0); row++) {
      Tensor ofRow = logits.rows(row, row + 1);
      TopTokens top = Backend.of(logits).sampling().top(ofRow.to(DType.FLOAT32), new float[1], k);
      for (int i = 0; i < k; i++) {
        Tensor target = Tensor.of(new int[] {top.tokenIds()[i]});
        int at = row * k + i;
        flatIds.rows(at, at + 1).copyFrom(target);
        Tensor logProb = flatLogProbs.rows(at, at + 1);
        tokenLogProbs(logProb, lse, null, null, ofRow, target, temperature);
      }
    }
  }

  /**
   * The gradient of {@link #tokenLogProbs} by the logits: {@code dLogits = (dLogProbs * (onehot -
   * p) + dMean * (1/vocab - p)) / temperature}; rows with a negative target get 0.
   *
   * @param dLogits overwritten; may be {@code logits} itself
   * @param dLogProbs (rows)
   * @param dMean (rows), or null
   */
  void tokenLogProbsGrad(
      Tensor dLogits,
      Tensor dLogProbs,
      Tensor dMean,
      Tensor logits,
      Tensor lse,
      Tensor targets,
      double temperature);
}
