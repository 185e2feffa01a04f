package io.troupe.rollout.constraint.tokens;

import io.troupe.rollout.constraint.automaton.ByteSet;
import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import java.util.Arrays;

/**
 * The tokens of a vocabulary by their bytes. Nodes are stored in preorder, so that a search reads
 * memory in one direction, skips the subtree of a byte that is not allowed, and takes a subtree as
 * a whole if its bytes do not change the state. Immutable.
 */
final class TokenTrie {
  /** The size from which a subtree may be taken as a whole. */
  private static final int LARGE = 16;

  private final byte[] labels; // the byte of each node
  private final int[] depths; // bytes before it
  private final int[] skips; // the node after its subtree
  private final int[] firstTokens; // the first of its tokens, and of the next node's
  private final ByteSet[] below; // the bytes in its subtree, if that is large
  private final int[] tokenIds;
  private final int maxLength;

  private TokenTrie(byte[][] bytes, int[] sortedIds, int numNodes, int maxLength) {
    this.tokenIds = sortedIds;
    this.maxLength = maxLength;
    this.labels = new byte[numNodes];
    this.depths = new int[numNodes];
    this.skips = new int[numNodes];
    this.firstTokens = new int[numNodes + 1];
    this.below = new ByteSet[numNodes];
    fill(bytes);
    for (int node = 0; node < numNodes; node++) {
      below[node] = skips[node] - node > LARGE ? bytesBelow(node) : null;
    }
  }

  /**
   * The trie of the tokens whose length is in a range.
   *
   * @param bytes by token id; empty for a token that is not used
   */
  static TokenTrie of(byte[][] bytes, int minLength, int maxLength) {
    Integer[] ids = new Integer[bytes.length];
    int used = 0;
    int longest = 0;
    for (int id = 0; id < bytes.length; id++) {
      if (bytes[id].length >= minLength && bytes[id].length <= maxLength) {
        ids[used++] = id;
        longest = Math.max(longest, bytes[id].length);
      }
    }
    Arrays.sort(ids, 0, used, (a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]));
    int[] sorted = new int[used];
    int numNodes = 0;
    byte[] previous = {};
    for (int i = 0; i < used; i++) {
      sorted[i] = ids[i];
      byte[] token = bytes[sorted[i]];
      numNodes += token.length - common(previous, token);
      previous = token;
    }
    return new TokenTrie(bytes, sorted, numNodes, longest);
  }

  private static int common(byte[] previous, byte[] token) {
    int mismatch = Arrays.mismatch(previous, token);
    return mismatch < 0 ? token.length : mismatch;
  }

  private void fill(byte[][] bytes) {
    int[] open = new int[maxLength + 1]; // the last node at each depth
    int numNodes = 0;
    byte[] previous = {};
    for (int i = 0; i < tokenIds.length; i++) {
      byte[] token = bytes[tokenIds[i]];
      int common = common(previous, token);
      for (int depth = common; depth < previous.length; depth++) {
        skips[open[depth]] = numNodes;
      }
      for (int depth = common; depth < token.length; depth++) {
        labels[numNodes] = token[depth];
        depths[numNodes] = depth;
        firstTokens[numNodes] = i;
        open[depth] = numNodes++;
      }
      previous = token;
    }
    for (int depth = 0; depth < previous.length; depth++) {
      skips[open[depth]] = numNodes;
    }
    firstTokens[numNodes] = tokenIds.length;
  }

  private ByteSet bytesBelow(int node) {
    boolean[] found = new boolean[256];
    for (int i = node + 1; i < skips[node]; i++) {
      found[labels[i] & 0xff] = true;
    }
    ByteSet bytes = ByteSet.NONE;
    for (int b = 0; b < 256; b++) {
      bytes = found[b] ? bytes.union(ByteSet.range(b, b)) : bytes;
    }
    return bytes;
  }

  /**
   * Finds the tokens whose bytes can follow in a state.
   *
   * @param allowed one bit per token id; bits are set, none is cleared
   */
  void allow(Language state, Languages languages, long[] allowed) {
    Language[] path = new Language[maxLength + 1];
    path[0] = state;
    int node = 0;
    while (node < labels.length) {
      int depth = depths[node];
      Language next = languages.next(path[depth], labels[node] & 0xff);
      if (next.isNothing()) {
        node = skips[node];
        continue;
      }
      path[depth + 1] = next;
      boolean isWhole = below[node] != null && below[node].isWithin(languages.loops(next));
      int after = isWhole ? skips[node] : node + 1;
      int end = firstTokens[after];
      for (int token = firstTokens[node]; token < end; token++) {
        allowed[tokenIds[token] >> 6] |= 1L << tokenIds[token];
      }
      node = after;
    }
  }
}
