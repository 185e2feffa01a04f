package io.troupe.tensor.backend;

/**
 * The tokens with the highest scores, best first.
 *
 * @param rows the row of each token
 * @param tokenIds the column of each token
 * @param scores the score of each token plus the offset of its row
 */
@SuppressWarnings("ArrayRecordComponent") // arrays of the size of the result, owned by the caller
public record TopTokens(int[] rows, int[] tokenIds, float[] scores) {
  /** The number of tokens. */
  public int size() {
    return tokenIds.length;
  }
}
