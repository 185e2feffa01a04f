package io.troupe.rollout.constraint;

import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.tokens.TokenMasks;

/** The state of a constraint in one completion. Not thread-safe. */
public final class TokenConstraint {
  private final TokenMasks masks;
  private final int[] endTokenIds;
  private Language state;
  private boolean ended;

  TokenConstraint(TokenMasks masks, Language start, int[] endTokenIds) {
    this.masks = masks;
    this.state = start;
    this.endTokenIds = endTokenIds;
  }

  /**
   * Writes which tokens may come next. Tokens that end a completion are allowed where the text may
   * end; special tokens are not.
   *
   * @param allowedBits one bit per token of the model: bit {@code id % 64} of word {@code id / 64}
   */
  public void mask(long[] allowedBits) {
    masks.write(state, allowedBits);
    boolean mayEnd = state.acceptsEnd();
    for (int id : endTokenIds) {
      long bit = 1L << id;
      allowedBits[id >> 6] = mayEnd ? allowedBits[id >> 6] | bit : allowedBits[id >> 6] & ~bit;
    }
  }

  /**
   * Adds the next token.
   *
   * @throws IllegalArgumentException if the constraint does not allow it
   */
  public void accept(int tokenId) {
    if (endsCompletion(tokenId)) {
      requireAllowed(state.acceptsEnd() && !ended, tokenId);
      ended = true;
      return;
    }
    Language next = masks.next(state, tokenId);
    requireAllowed(!next.isNothing() && !ended, tokenId);
    state = next;
  }

  private static void requireAllowed(boolean allowed, int tokenId) {
    if (!allowed) {
      throw new IllegalArgumentException(
          "token must be allowed by the output constraint, got " + tokenId);
    }
  }

  private boolean endsCompletion(int tokenId) {
    for (int id : endTokenIds) {
      if (id == tokenId) {
        return true;
      }
    }
    return false;
  }

  /** Whether no token can follow: the text is valid and nothing may be added to it. */
  public boolean isComplete() {
    return ended || state.isEnd();
  }

  /** Whether the text so far is valid, so that the completion may end. */
  public boolean allowsEnd() {
    return state.acceptsEnd();
  }
}
