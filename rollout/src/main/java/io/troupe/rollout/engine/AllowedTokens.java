package io.troupe.rollout.engine;

import io.troupe.rollout.constraint.TokenConstraint;

/** The tokens that the output constraint of one sample allows next. */
final class AllowedTokens {
  private final TokenConstraint constraint;
  private final long[] bits;
  private boolean isEmpty;

  /** Those before the first token. */
  AllowedTokens(TokenConstraint constraint, int vocabSize) {
    this.constraint = constraint;
    this.bits = new long[(vocabSize + Long.SIZE - 1) / Long.SIZE];
    update();
  }

  private void update() {
    constraint.mask(bits);
    isEmpty = true;
    for (long word : bits) {
      isEmpty &= word == 0;
    }
  }

  /** A bit for each token. */
  long[] bits() {
    return bits;
  }

  /** Adds the next token of the sample. */
  void accept(int tokenId) {
    constraint.accept(tokenId);
    if (!constraint.isComplete()) {
      update();
    }
  }

  /** Whether no token can follow. */
  boolean isComplete() {
    return isEmpty || constraint.isComplete();
  }
}
