package io.troupe.rollout.sampling;

/** What belongs to the rows of logits of one pass. */
public interface SamplingRows {
  /** The tokens of the row's sequence so far, prompt included; only the first ones are in use. */
  int[] tokenIds(int row);

  /** How many of {@link #tokenIds} are in use. */
  int numTokens(int row);

  /** The uniform number in [0, 1) that decides the row's next token. */
  double uniform(int row);
}
