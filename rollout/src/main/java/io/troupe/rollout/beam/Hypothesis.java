package io.troupe.rollout.beam;

import java.util.Arrays;

/**
 * An unfinished completion of beam search.
 *
 * @param tokenIds prompt and completion
 * @param logProbs of the completion's tokens, before any penalty
 * @param score the sum of the log-probabilities after the penalty
 */
@SuppressWarnings("ArrayRecordComponent") // not changed: append copies
record Hypothesis(int[] tokenIds, float[] logProbs, float score) {

  /** The prompt alone. */
  static Hypothesis start(int[] prompt) {
    return new Hypothesis(prompt, new float[0], 0);
  }

  Hypothesis append(int tokenId, float logProb, float newScore) {
    int[] longer = Arrays.copyOf(tokenIds, tokenIds.length + 1);
    longer[tokenIds.length] = tokenId;
    float[] moreLogProbs = Arrays.copyOf(logProbs, logProbs.length + 1);
    moreLogProbs[logProbs.length] = logProb;
    return new Hypothesis(longer, moreLogProbs, newScore);
  }

  int lastToken() {
    return tokenIds[tokenIds.length - 1];
  }

  /** Tokens of the completion. */
  int length() {
    return logProbs.length;
  }

  /** The completion's tokens. */
  int[] completion() {
    return Arrays.copyOfRange(tokenIds, tokenIds.length - logProbs.length, tokenIds.length);
  }
}
