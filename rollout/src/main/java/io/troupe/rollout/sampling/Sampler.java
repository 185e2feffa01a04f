package io.troupe.rollout.sampling;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.SamplingRows;
import java.util.Arrays;
import java.util.Set;

/** Selects a token for each row of logits. Equal samplers select the same tokens. */
public sealed interface Sampler permits GreedySampler, MultinomialSampler {

  /**
   * Creates the sampler for a configuration.
   *
   * @param endTokenIds the tokens that end a completion
   */
  static Sampler of(GenerationConfig config, Set<Integer> endTokenIds) {
    ScoreProcessing processing = ScoreProcessing.of(config, endTokenIds);
    return config.doSample()
        ? new MultinomialSampler(
            config.temperature(), config.topK(), config.topP(), config.minP(), processing)
        : new GreedySampler(processing);
  }

  /** The temperature of the reported log-probabilities; 1 for greedy decoding. */
  double temperature();

  /**
   * Selects one token for each row.
   *
   * @param logits (rows, vocab), FLOAT32; not changed
   * @param rows the sequence of each row
   * @param firstRow the index in {@code rows} and {@code tokenIds} of the first row of {@code
   *     logits}
   * @param tokenIds written
   */
  void sample(Tensor logits, SamplingRows rows, int firstRow, int[] tokenIds);

  /**
   * Selects one token for each row, as {@link #sample}, and computes its log-probability with the
   * operation that the learner uses, so that both are equal.
   *
   * @param logProbs written, at the places of {@code tokenIds}
   */
  default void select(
      Tensor logits, SamplingRows rows, int firstRow, int[] tokenIds, float[] logProbs) {
    sample(logits, rows, firstRow, tokenIds);
    int count = logits.size(0);
    Tensor targets = Tensor.of(Arrays.copyOfRange(tokenIds, firstRow, firstRow + count));
    Tensor tokenLogProbs = Tensor.empty(DType.FLOAT32, Shape.of(count));
    Tensor lse = Tensor.empty(DType.FLOAT32, Shape.of(count));
    Backend.of(logits)
        .loss()
        .tokenLogProbs(tokenLogProbs, lse, null, null, logits, targets, temperature());
    System.arraycopy(tokenLogProbs.toFloats(), 0, logProbs, firstRow, count);
  }
}
