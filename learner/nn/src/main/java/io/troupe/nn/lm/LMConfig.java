package io.troupe.nn.lm;

import java.util.OptionalInt;
import java.util.Set;

/**
 * The sizes and special tokens that every family of language models has.
 *
 * @param modelType the family as {@code config.json} names it, such as {@code llama}
 * @param vocabSize rows of the embedding: token ids are below it
 * @param hiddenSize features of a hidden state
 * @param numHiddenLayers decoder layers
 * @param numAttentionHeads query heads
 * @param numKeyValueHeads key and value heads; divides {@code numAttentionHeads}
 * @param headDim features of a head
 * @param maxPositionEmbeddings maximum length of prompt and completion together
 * @param eosTokenIds tokens that end a completion; may be empty
 * @param bosTokenId the token that starts a text
 * @param padTokenId the padding token, for other programs; Troupe does not pad
 */
public record LMConfig(
    String modelType,
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    int maxPositionEmbeddings,
    Set<Integer> eosTokenIds,
    OptionalInt bosTokenId,
    OptionalInt padTokenId) {
  /** Copies the set. */
  public LMConfig {
    eosTokenIds = Set.copyOf(eosTokenIds);
  }
}
