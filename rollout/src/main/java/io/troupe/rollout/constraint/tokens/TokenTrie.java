package io.troupe.rollout.constraint.tokens;

import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * The tokens of a vocabulary by their bytes. Nodes are stored in preorder, so that a search reads
 * memory in one direction and skips the subtree of a byte that is not allowed. Immutable.
 */
public final class TokenTrie {
  private final byte[] labels; // the byte of each node
  private final int[] depths; // bytes before it
  private final int[] skips; // the node after its subtree
  private final int[] firstTokens; // the first of its tokens, and of the next node's
  private final int[] tokenIds;
  private final byte[][] bytes; // by token id
  private final int maxLength;

  private TokenTrie(byte[][] bytes, int[] sortedIds, int numNodes, int maxLength) {
    this.bytes = bytes;
    this.tokenIds = sortedIds;
    this.maxLength = maxLength;
    this.labels = new byte[numNodes];
    this.depths = new int[numNodes];
    this.skips = new int[numNodes];
    this.firstTokens = new int[numNodes + 1];
    fill();
  }

  /**
   * The trie of tokens.
   *
   * @param vocabSize number of token ids
   * @param bytesOf the bytes of a token; empty for a token that is not used
   */
  static TokenTrie of(int vocabSize, IntFunction<byte[]> bytesOf) {
    byte[][] bytes = new byte[vocabSize][];
    Integer[] ids = new Integer[vocabSize];
    int used = 0;
    int maxLength = 0;
    for (int id = 0; id < vocabSize; id++) {
      bytes[id] = bytesOf.apply(id);
      maxLength = Math.max(maxLength, bytes[id].length);
      if (bytes[id].length > 0) {
        ids[used++] = id;
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
    return new TokenTrie(bytes, sorted, numNodes, maxLength);
  }

  private static int common(byte[] previous, byte[] token) {
    int mismatch = Arrays.mismatch(previous, token);
    return mismatch < 0 ? token.length : mismatch;
  }

  private void fill() {
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

  /** The number of token ids. */
  int vocabSize() {
    return bytes.length;
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
      int end = firstTokens[node + 1];
      for (int token = firstTokens[node]; token < end; token++) {
        allowed[tokenIds[token] >> 6] |= 1L << tokenIds[token];
      }
      node++;
    }
  }

  /** The state after a token. */
  Language next(Language state, int tokenId, Languages languages) {
    Language next = state;
    for (byte b : bytes[tokenId]) {
      next = languages.next(next, b & 0xff);
    }
    return next;
  }
}
