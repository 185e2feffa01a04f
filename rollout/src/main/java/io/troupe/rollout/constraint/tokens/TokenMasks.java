package io.troupe.rollout.constraint.tokens;

import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;

/**
 * The tokens that may come next in the states of one automaton. The masks that were used last are
 * kept, at most {@link #MAX_BYTES}. Thread-safe.
 *
 * <p>Short tokens do not depend on repetition counts beyond their length, so that the positions in
 * a string of limited length share a mask of them.
 */
public final class TokenMasks {
  /** The memory for the masks of an automaton. */
  static final int MAX_BYTES = 4 << 20;

  private final Vocabulary vocabulary;
  private final Languages languages;
  private final int numWords;
  private final RecentMasks masks;
  private final RecentMasks ofShortTokens;

  /**
   * Masks of the states of some languages.
   *
   * @param languages used by these masks alone from now on
   * @param numTokens number of token ids of the model
   */
  public TokenMasks(Vocabulary vocabulary, Languages languages, int numTokens) {
    this.vocabulary = vocabulary;
    this.languages = languages;
    this.numWords = numWords(numTokens);
    int maxMasks = Math.max(16, MAX_BYTES / (8 * numWords) / 2);
    this.masks = new RecentMasks(maxMasks);
    this.ofShortTokens = new RecentMasks(maxMasks);
  }

  /** The number of words of a mask with one bit per token. */
  public static int numWords(int numTokens) {
    return (numTokens + 63) / 64;
  }

  /**
   * Writes the mask of a state.
   *
   * @param allowed bit {@code id % 64} of word {@code id / 64} is set if the token may come next,
   *     and cleared otherwise
   */
  public synchronized void write(Language state, long[] allowed) {
    long[] mask = masks.get(state);
    if (mask == null) {
      if (languages.forgetStatesIfMany()) {
        masks.clear();
        ofShortTokens.clear();
      }
      mask = ofShortTokens(languages.within(state, Vocabulary.SHORT_LENGTH)).clone();
      vocabulary.longTokens().allow(state, languages, mask);
      masks.put(state, mask);
    }
    System.arraycopy(mask, 0, allowed, 0, numWords);
  }

  private long[] ofShortTokens(Language state) {
    long[] mask = ofShortTokens.get(state);
    if (mask == null) {
      mask = new long[numWords];
      vocabulary.shortTokens().allow(state, languages, mask);
      ofShortTokens.put(state, mask);
    }
    return mask;
  }

  /** The number of masks that are kept. */
  synchronized int numKept() {
    return masks.size() + ofShortTokens.size();
  }

  /** The state after a token; nothing if the token is not allowed. */
  public synchronized Language next(Language state, int tokenId) {
    return vocabulary.next(state, tokenId, languages);
  }
}
