package io.troupe.tensor.backend;

/** The state of the sequences whose next tokens are sampled from the rows of one logits tensor. */
public interface SamplingRows {
  /**
   * Returns the tokens of the row's sequence so far, including the prompt. Only the first {@link
   * #numTokens} are valid.
   */
  int[] tokenIds(int row);

  /** Returns the number of valid {@link #tokenIds}. */
  int numTokens(int row);

  /** Returns the number of tokens at the start of {@link #tokenIds} that are the prompt. */
  int numPromptTokens(int row);

  /**
   * Returns the tokens that may come next in a row whose output is constrained: bit {@code id % 64}
   * of element {@code id / 64}.
   */
  default long[] allowedTokens(int row) {
    throw new IllegalStateException("the output of row " + row + " is not constrained");
  }

  /** Returns the uniform random number in [0, 1) that selects the row's next token. */
  double uniform(int row);
}
