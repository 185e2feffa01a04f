package io.troupe.nn.bert;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Sizes;

/**
 * The sizes of a BERT, with the names of transformers' {@code BertConfig}.
 *
 * @param vocabSize rows of the token embedding
 * @param hiddenSize features of a hidden state
 * @param numHiddenLayers encoder layers
 * @param numAttentionHeads heads; they divide {@code hiddenSize}
 * @param intermediateSize inner features of the feed-forward blocks
 * @param hiddenAct activation of the feed-forward blocks and of the head for masked tokens
 * @param hiddenDropoutProb dropout of embeddings and of each block's output, in [0, 1)
 * @param classifierDropout dropout before the classifier of sequences and tokens, in [0, 1)
 * @param maxPositionEmbeddings maximum length of a sequence
 * @param typeVocabSize number of token types; 2 for texts and pairs of texts
 * @param initializerRange standard deviation of initial weights
 * @param layerNormEps added to the variance before its root
 * @param padTokenId padding token
 */
public record BertConfig(
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    Activation hiddenAct,
    double hiddenDropoutProb,
    double classifierDropout,
    int maxPositionEmbeddings,
    int typeVocabSize,
    double initializerRange,
    double layerNormEps,
    int padTokenId) {

  /** {@code model_type} in {@code config.json}. */
  public static final String MODEL_TYPE = "bert";

  /** Checks that the sizes fit together. */
  public BertConfig {
    Sizes.requireMultiple("hidden_size", hiddenSize, "num_attention_heads", numAttentionHeads);
    if (padTokenId < 0 || padTokenId >= vocabSize) {
      throw new IllegalArgumentException(
          "pad_token_id must be below vocab_size=" + vocabSize + ", got " + padTokenId);
    }
  }

  /** A linear layer with this configuration's initial values. */
  Linear linear(int inFeatures, int outFeatures, Initializer initializer) {
    return Linear.normal(inFeatures, outFeatures, true, initializerRange, initializer);
  }

  /** A norm of hidden states. */
  LayerNorm norm(Initializer initializer) {
    return new LayerNorm(hiddenSize, layerNormEps, initializer);
  }

  /**
   * The number of weights of the encoder, biases and norms aside; a double, since the product of
   * the sizes in a file may exceed a long.
   */
  public double numWeights() {
    double hidden = hiddenSize;
    double embeddings = (double) vocabSize + maxPositionEmbeddings + typeVocabSize;
    return hidden * (embeddings + numHiddenLayers * (4 * hidden + 2.0 * intermediateSize));
  }
}
