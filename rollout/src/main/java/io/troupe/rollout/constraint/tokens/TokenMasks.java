package io.troupe.rollout.constraint.tokens;

import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tokens that may come next in the states of one automaton. The masks that were used last are
 * kept, at most {@link #MAX_BYTES}. Thread-safe.
 */
public final class TokenMasks {
  /** The memory for the masks of an automaton. */
  static final int MAX_BYTES = 4 << 20;

  private final TokenTrie trie;
  private final Languages languages;
  private final int numWords;
  private final LinkedHashMap<Language, long[]> masks = new LinkedHashMap<>(16, 0.75f, true);
  private final int maxMasks;

  /**
   * Masks of the states of some languages.
   *
   * @param languages used by these masks alone from now on
   * @param numTokens number of token ids of the model
   */
  public TokenMasks(TokenTrie trie, Languages languages, int numTokens) {
    this.trie = trie;
    this.languages = languages;
    this.numWords = numWords(numTokens);
    this.maxMasks = Math.max(16, MAX_BYTES / (8 * numWords));
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
      mask = new long[numWords];
      if (languages.forgetStatesIfMany()) {
        masks.clear();
      }
      trie.allow(state, languages, mask);
      masks.put(state, mask);
      evict();
    }
    System.arraycopy(mask, 0, allowed, 0, numWords);
  }

  private void evict() {
    if (masks.size() > maxMasks) {
      Map.Entry<Language, long[]> eldest = masks.firstEntry();
      masks.remove(eldest.getKey());
    }
  }

  /** The number of masks that are kept. */
  synchronized int numKept() {
    return masks.size();
  }

  /** The state after a token; nothing if the token is not allowed. */
  public synchronized Language next(Language state, int tokenId) {
    return tokenId < trie.vocabSize() && tokenId >= 0
        ? trie.next(state, tokenId, languages)
        : languages.nothing();
  }
}
