package io.troupe.training.text;

/** The unit in which tokens are selected for masking. */
public enum MaskedUnit {
  /** Each token on its own. */
  TOKEN,
  /** Whole words: all pieces of a word or none. */
  WORD
}
