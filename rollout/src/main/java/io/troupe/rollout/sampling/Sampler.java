package io.troupe.rollout.sampling;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.SamplingRows;

/** Selects a token for each row of logits. Equal samplers select the same tokens. */
public sealed interface Sampler permits GreedySampler, MultinomialSampler {

  /** Creates the sampler for a configuration. */
  static Sampler of(GenerationConfig config) {
    RepetitionPenalty penalty = new RepetitionPenalty(config.repetitionPenalty());
    return config.doSample()
        ? new MultinomialSampler(
            config.temperature(), config.topK(), config.topP(), config.minP(), penalty)
        : new GreedySampler(penalty);
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
}
