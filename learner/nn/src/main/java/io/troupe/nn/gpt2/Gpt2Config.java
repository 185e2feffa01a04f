package io.troupe.nn.gpt2;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.lm.LMConfig;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The shape of a GPT-2 model, with the names of transformers' {@code GPT2Config}.
 *
 * @param lm sizes and special tokens
 * @param innerSize inner features of the feed-forward blocks ({@code n_inner})
 * @param activation activation of the feed-forward blocks
 * @param layerNormEpsilon added to the variance before its root
 * @param embdPdrop dropout of the embeddings in training, in [0, 1)
 * @param residPdrop dropout of each block's output in training, in [0, 1)
 * @param scaleAttnWeights whether scores are divided by the square root of the head size
 * @param scaleAttnByInverseLayerIdx whether scores are also divided by the layer's number from 1
 * @param tieWordEmbeddings whether the embedding is also the output layer
 * @param initializerRange standard deviation of initial weights
 */
public record Gpt2Config(
    LMConfig lm,
    int innerSize,
    Activation activation,
    double layerNormEpsilon,
    double embdPdrop,
    double residPdrop,
    boolean scaleAttnWeights,
    boolean scaleAttnByInverseLayerIdx,
    boolean tieWordEmbeddings,
    double initializerRange) {

  /** The family's name in {@code config.json}. */
  public static final String GPT2 = "gpt2";

  /** Checks that the sizes fit together. */
  public Gpt2Config {
    if (lm.headDim() * lm.numAttentionHeads() != lm.hiddenSize()) {
      throw new IllegalArgumentException(
          "n_embd must be a multiple of n_head="
              + lm.numAttentionHeads()
              + ", got "
              + lm.hiddenSize());
    }
  }

  /**
   * The number of weights, biases and norms aside; a double, since the product of the sizes in a
   * file may exceed a long.
   */
  public double numParameters() {
    double hidden = lm.hiddenSize();
    double embeddings = lm.maxPositionEmbeddings() + lm.vocabSize() * (tieWordEmbeddings ? 1. : 2.);
    return hidden * (embeddings + lm.numHiddenLayers() * (4.0 * hidden + 2.0 * innerSize));
  }

  /**
   * A model of the given sizes with GPT-2's other settings and no dropout.
   *
   * @param eosTokenId ends a completion and starts a text, as in GPT-2
   */
  public static Gpt2Config of(
      int vocabSize,
      int maxPositionEmbeddings,
      int hiddenSize,
      int numHiddenLayers,
      int numAttentionHeads,
      int eosTokenId) {
    LMConfig lm =
        new LMConfig(
            GPT2,
            vocabSize,
            hiddenSize,
            numHiddenLayers,
            numAttentionHeads,
            numAttentionHeads,
            hiddenSize / numAttentionHeads,
            maxPositionEmbeddings,
            Set.of(eosTokenId),
            OptionalInt.of(eosTokenId),
            OptionalInt.empty());
    return new Gpt2Config(
        lm, 4 * hiddenSize, Activation.GELU_NEW, 1e-5, 0, 0, true, false, true, 0.02);
  }
}
