package io.troupe.nn.decoder;

import io.troupe.nn.lm.LMConfig;

/**
 * The heads of an attention layer; consecutive query heads share a key head (arXiv:2305.13245).
 *
 * @param numAttentionHeads query heads
 * @param numKeyValueHeads divides {@code numAttentionHeads}
 * @param headDim features of a head
 */
public record Heads(int numAttentionHeads, int numKeyValueHeads, int headDim) {
  /** The heads of a model. */
  public static Heads of(LMConfig config) {
    return new Heads(config.numAttentionHeads(), config.numKeyValueHeads(), config.headDim());
  }

  /** Features of the queries of all heads. */
  public int queryFeatures() {
    return numAttentionHeads * headDim;
  }

  /** Features of the keys, or of the values, of all heads. */
  public int keyFeatures() {
    return numKeyValueHeads * headDim;
  }
}
