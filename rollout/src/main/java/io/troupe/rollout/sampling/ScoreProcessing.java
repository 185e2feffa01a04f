package io.troupe.rollout.sampling;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.SamplingOps;
import io.troupe.tensor.backend.SamplingRows;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;

/**
 * Changes of the scores of single tokens before a token is selected, in vLLM's order: the output
 * constraint, the minimum length, biases, the repetition penalty (arXiv:1909.05858), the frequency
 * penalty and the presence penalty.
 *
 * @param constraint excludes the tokens that {@link SamplingRows#allowedTokens} does not have
 * @param minNewTokens number of new tokens before which {@code endTokenIds} are excluded, unless
 *     the constraint allows no other token; 0 for none
 * @param endTokenIds the tokens that end a completion
 * @param logitBias added to the scores of tokens
 * @param repetitionPenalty divides the positive scores and multiplies the negative scores of tokens
 *     that the prompt or the completion contains, above 0; 1 changes nothing
 * @param frequencyPenalty subtracted from the score of a token for each time that the completion
 *     contains it
 * @param presencePenalty subtracted from the scores of tokens that the completion contains
 */
public record ScoreProcessing(
    OutputConstraint constraint,
    int minNewTokens,
    Set<Integer> endTokenIds,
    Map<Integer, Double> logitBias,
    double repetitionPenalty,
    double frequencyPenalty,
    double presencePenalty) {

  /** No change. */
  public static final ScoreProcessing NONE =
      new ScoreProcessing(OutputConstraint.NONE, 0, Set.of(), Map.of(), 1, 0, 0);

  /** Bounds within which scores stay finite. */
  private static final double LEAST = 1e-6;

  private static final double MOST = 1e6;

  /**
   * The changes that settings ask for; {@link #NONE} itself if there are none.
   *
   * @param endTokenIds the tokens that end a completion
   */
  public static ScoreProcessing of(GenerationConfig config, Set<Integer> endTokenIds) {
    ScoreProcessing processing =
        new ScoreProcessing(
            config.constraint(),
            endTokenIds.isEmpty() ? 0 : config.minNewTokens(),
            config.minNewTokens() == 0 ? Set.of() : endTokenIds,
            config.logitBias(),
            config.repetitionPenalty(),
            config.frequencyPenalty(),
            config.presencePenalty());
    return processing.equals(NONE) ? NONE : processing;
  }

  /**
   * Checks that a model has the tokens that settings name, and that scores stay finite and at least
   * one token possible.
   *
   * @throws IllegalArgumentException if not
   */
  public static void requireFits(GenerationConfig config, int vocabSize) {
    require(config.temperature() >= LEAST, "temperature", ">= 1e-6", config.temperature());
    double penalty = config.repetitionPenalty();
    require(penalty >= LEAST && penalty <= MOST, "repetition-penalty", "in [1e-6, 1e6]", penalty);
    int ends = config.stopTokenIds().size() + config.eosTokenIds().map(Set::size).orElse(0);
    require(
        config.minNewTokens() == 0 || ends < vocabSize / 2,
        "min-new-tokens",
        "0 with so many tokens that end a completion",
        config.minNewTokens());
    for (int id : config.logitBias().keySet()) {
      if (id >= vocabSize) {
        throw new IllegalArgumentException(
            "logit-bias must have only tokens below the model's vocab_size %d, got token %d"
                .formatted(vocabSize, id));
      }
    }
  }

  private static void require(boolean holds, String name, String expectation, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + expectation + ", got " + value);
    }
  }

  /**
   * Applies the changes.
   *
   * @param scores (rows, vocab), FLOAT32
   * @return {@code scores} if nothing changes, otherwise a copy
   */
  public Tensor apply(Tensor scores, SamplingRows rows, int firstRow) {
    if (this == NONE) {
      return scores;
    }
    Tensor changed = Tensor.empty(scores.dtype(), scores.shape());
    changed.copyFrom(scores);
    SamplingOps sampling = Backend.of(changed).sampling();
    if (!constraint.equals(OutputConstraint.NONE)) {
      for (int r = 0; r < changed.size(0); r++) {
        sampling.allowOnly(changed, r, rows.allowedTokens(firstRow + r));
      }
    }
    forbidEnds(changed, rows, firstRow, sampling);
    if (!logitBias.isEmpty()) {
      sampling.addBiases(changed, logitBias);
    }
    if (repetitionPenalty != 1) {
      sampling.penalizeRepetition(changed, rows, firstRow, repetitionPenalty);
    }
    if (frequencyPenalty != 0 || presencePenalty != 0) {
      sampling.penalizeOccurrences(changed, rows, firstRow, frequencyPenalty, presencePenalty);
    }
    return changed;
  }

  private void forbidEnds(Tensor scores, SamplingRows rows, int firstRow, SamplingOps sampling) {
    for (int r = 0; r < scores.size(0) && minNewTokens > 0; r++) {
      int row = firstRow + r;
      if (rows.numTokens(row) - rows.numPromptTokens(row) < minNewTokens
          && (constraint.equals(OutputConstraint.NONE) || allowsOthers(rows.allowedTokens(row)))) {
        sampling.forbid(scores, r, endTokenIds);
      }
    }
  }

  /** Whether a token may come next that does not end the completion. */
  private boolean allowsOthers(long[] allowed) {
    BitSet others = BitSet.valueOf(allowed);
    endTokenIds.forEach(others::clear);
    return !others.isEmpty();
  }
}
