package io.troupe.rollout.sampling;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.SamplingRows;

/** Chooses a token from each row of logits. Equal samplers choose alike. */
public sealed interface Sampler permits GreedySampler, MultinomialSampler {

  /** The sampler that settings ask for. */
  static Sampler of(GenerationConfig config) {
    RepetitionPenalty penalty = new RepetitionPenalty(config.repetitionPenalty());
    return config.doSample()
        ? new MultinomialSampler(
            config.temperature(), config.topK(), config.topP(), config.minP(), penalty)
        : new GreedySampler(penalty);
  }

  /** What divides the logits in the log-probabilities that are reported: 1 for greedy decoding. */
  double temperature();

  /**
   * Chooses one token for each row.
   *
   * @param logits (rows, vocab), FLOAT32; not changed
   * @param rows the sequence of each row
   * @param firstRow the index in {@code rows} and {@code tokenIds} of the first row of {@code
   *     logits}
   * @param tokenIds written
   */
  void sample(Tensor logits, SamplingRows rows, int firstRow, int[] tokenIds);
}
