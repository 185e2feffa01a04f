package io.troupe.rollout.sampling;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.SamplingOps;
import io.troupe.tensor.backend.SamplingRows;
import java.util.Map;
import java.util.Set;

/**
 * Changes of the scores of single tokens before a token is selected, in vLLM's order: the minimum
 * length, biases, the repetition penalty (arXiv:1909.05858), the frequency penalty and the presence
 * penalty.
 *
 * @param minNewTokens number of new tokens before which {@code endTokenIds} are excluded; 0 for
 *     none
 * @param endTokenIds the tokens that end a completion
 * @param logitBias added to the scores of tokens
 * @param repetitionPenalty divides the positive scores and multiplies the negative scores of tokens
 *     that the prompt or the completion contains, above 0; 1 changes nothing
 * @param frequencyPenalty subtracted from the score of a token for each time that the completion
 *     contains it
 * @param presencePenalty subtracted from the scores of tokens that the completion contains
 */
public record ScoreProcessing(
    int minNewTokens,
    Set<Integer> endTokenIds,
    Map<Integer, Double> logitBias,
    double repetitionPenalty,
    double frequencyPenalty,
    double presencePenalty) {

  /** No change. */
  public static final ScoreProcessing NONE = new ScoreProcessing(0, Set.of(), Map.of(), 1, 0, 0);

  /**
   * The changes that settings ask for; {@link #NONE} itself if there are none.
   *
   * @param endTokenIds the tokens that end a completion
   */
  public static ScoreProcessing of(GenerationConfig config, Set<Integer> endTokenIds) {
    ScoreProcessing processing =
        new ScoreProcessing(
            endTokenIds.isEmpty() ? 0 : config.minNewTokens(),
            config.minNewTokens() == 0 ? Set.of() : endTokenIds,
            config.logitBias(),
            config.repetitionPenalty(),
            config.frequencyPenalty(),
            config.presencePenalty());
    return processing.equals(NONE) ? NONE : processing;
  }

  /**
   * Checks that a model has the tokens that settings name.
   *
   * @throws IllegalArgumentException if it has not
   */
  public static void requireFits(GenerationConfig config, int vocabSize) {
    for (int id : config.logitBias().keySet()) {
      if (id >= vocabSize) {
        throw new IllegalArgumentException(
            "logit-bias must have only tokens below the model's vocab_size %d, got token %d"
                .formatted(vocabSize, id));
      }
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
      if (rows.numTokens(row) - rows.numPromptTokens(row) < minNewTokens) {
        sampling.forbid(scores, r, endTokenIds);
      }
    }
  }
}
