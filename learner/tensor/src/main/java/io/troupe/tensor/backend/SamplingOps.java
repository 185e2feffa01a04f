package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/**
 * Selection of tokens from scores. Tensors are (rows, vocab) FLOAT32; row r belongs to row {@code
 * firstRow + r} of {@link SamplingRows} and of {@code tokenIds}. A row's token does not depend on
 * the other rows.
 */
public interface SamplingOps {
  /**
   * Applies the repetition penalty in place (arXiv:1909.05858): the positive scores of tokens that
   * have occurred are divided by the penalty, their negative scores multiplied.
   *
   * @param penalty above 0
   */
  void penalizeRepetition(Tensor scores, SamplingRows rows, int firstRow, double penalty);

  /**
   * Lowers the scores of tokens that the completions contain, in place: by {@code frequency} for
   * each time that a token occurs after the prompt, then by {@code presence} once.
   */
  void penalizeOccurrences(
      Tensor scores, SamplingRows rows, int firstRow, double frequency, double presence);

  /**
   * Adds numbers to the scores of single tokens in every row, in place.
   *
   * @param biases by token id, each below vocab
   */
  void addBiases(Tensor scores, Map<Integer, Double> biases);

  /**
   * Sets the scores of tokens in one row to negative infinity, in place.
   *
   * @param row the row of {@code scores}
   * @param tokenIds those at or above vocab are ignored
   */
  void forbid(Tensor scores, int row, Set<Integer> tokenIds);

  /**
   * Sets the scores of all tokens in one row but the allowed ones to negative infinity, in place.
   *
   * @param row the row of {@code scores}
   * @param allowed a bit for each token: bit {@code id % 64} of element {@code id / 64}; tokens
   *     beyond its end are not allowed
   */
  void allowOnly(Tensor scores, int row, long[] allowed);

  /**
   * Draws a token for each row from its probabilities by the inverse of their cumulative sum over
   * token ids.
   *
   * @param tokenIds the ids of the drawn tokens are written here
   * @throws IllegalStateException if no token of a row has a probability above 0
   */
  void draw(
      int[] tokenIds, Tensor probabilities, SamplingRows rows, int firstRow, TokenFilter filter);

  /**
   * Draws a token for each row from the softmax over its k largest scores and the scores equal to
   * the smallest of them.
   *
   * @param tokenIds the ids of the drawn tokens are written here
   * @param temperature divides the scores, above 0
   * @param topK from 1 to vocab
   */
  void drawFromTopK(
      int[] tokenIds,
      Tensor scores,
      SamplingRows rows,
      int firstRow,
      double temperature,
      int topK,
      TokenFilter filter);

  /**
   * Selects the tokens with the highest scores over all rows. Tokens with equal scores are ordered
   * by row and token id.
   *
   * @param offsets added to the scores of each row
   * @param count number of tokens; fewer are returned if there are fewer
   */
  TopTokens top(Tensor scores, float[] offsets, int count);
}
