package io.troupe.rollout.service;

import io.troupe.protocols.config.EarlyStopping;
import io.troupe.protocols.config.GenerationConfig;

/** How the tokens of a request are selected. */
public sealed interface DecodingStrategy {
  /** The most likely token. Joins the continuous batch. */
  record Greedy() implements DecodingStrategy {}

  /**
   * Random draws. Joins the continuous batch.
   *
   * @param numSamples completions of the prompt
   */
  record Sampled(int numSamples) implements DecodingStrategy {}

  /**
   * Beam search. One search at a time makes its own forward pass after each pass of the batch.
   *
   * @param numBeams beams of the search
   * @param lengthPenalty exponent of the length that divides a score
   * @param earlyStopping when the search stops
   */
  record Beam(int numBeams, double lengthPenalty, EarlyStopping earlyStopping)
      implements DecodingStrategy {}

  /** The strategy that settings select. */
  static DecodingStrategy of(GenerationConfig config) {
    if (config.numBeams() > 1) {
      return new Beam(config.numBeams(), config.lengthPenalty(), config.earlyStopping());
    }
    return config.doSample() ? new Sampled(config.numReturnSequences()) : new Greedy();
  }
}
