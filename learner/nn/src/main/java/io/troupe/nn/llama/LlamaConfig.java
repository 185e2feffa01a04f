package io.troupe.nn.llama;

import io.troupe.nn.decoder.DecoderArchitecture;
import io.troupe.nn.decoder.DecoderConfig;
import io.troupe.nn.decoder.DecoderLayer;
import io.troupe.nn.decoder.LayerParts;
import io.troupe.nn.decoder.Positions;
import io.troupe.nn.decoder.PreNormLayer;
import io.troupe.nn.decoder.QueryKeyNorms;
import io.troupe.nn.decoder.RotaryTable;
import io.troupe.nn.decoder.SelfAttention;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.RotaryParameters;
import io.troupe.nn.lm.LMConfig;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The shape of a Llama or Qwen2 model, with the names of transformers' {@code LlamaConfig}.
 *
 * @param lm sizes and special tokens
 * @param intermediateSize inner features of the feed-forward blocks
 * @param hiddenAct activation of the feed-forward blocks
 * @param rmsNormEps added to the mean square before its root
 * @param rope rotary position embeddings
 * @param qkvBias whether the projections to queries, keys and values have a bias
 * @param outputBias whether the projection out of attention has a bias
 * @param mlpBias whether the feed-forward projections have a bias
 * @param tieWordEmbeddings whether the embedding is also the output layer
 * @param initializerRange standard deviation of initial weights
 */
public record LlamaConfig(
    LMConfig lm,
    int intermediateSize,
    Activation hiddenAct,
    double rmsNormEps,
    RotaryParameters rope,
    boolean qkvBias,
    boolean outputBias,
    boolean mlpBias,
    boolean tieWordEmbeddings,
    double initializerRange)
    implements DecoderArchitecture {

  /** The name of plain Llama in {@code config.json}. */
  public static final String LLAMA = "llama";

  /** The name of Qwen2 in {@code config.json}. */
  public static final String QWEN2 = "qwen2";

  /** Checks that the sizes fit together. */
  public LlamaConfig {
    var _ =
        new DecoderConfig(
            lm, intermediateSize, hiddenAct, rmsNormEps, tieWordEmbeddings, initializerRange);
    if (lm.headDim() % 2 != 0) {
      throw new IllegalArgumentException(
          "head_dim must be even for rotary positions, got " + lm.headDim());
    }
  }

  @Override
  public DecoderConfig config() {
    return new DecoderConfig(
        lm, intermediateSize, hiddenAct, rmsNormEps, tieWordEmbeddings, initializerRange);
  }

  @Override
  public List<RotaryTable> rotaryTables() {
    return List.of(new RotaryTable(lm.headDim(), rope));
  }

  @Override
  public DecoderLayer layer(int index, Initializer initializer) {
    LayerParts parts = new LayerParts(this, initializer);
    SelfAttention attention =
        parts.attention(
            index,
            parts.separate(qkvBias),
            new QueryKeyNorms.None(),
            new Positions.Rotary(0),
            parts.scores(OptionalInt.empty()),
            outputBias);
    return new PreNormLayer(attention, parts.gated(mlpBias), parts.norm(), parts.norm());
  }

  /** A configuration with transformers' defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects settings. */
  public static final class Builder {
    private String modelType = LLAMA;
    private int vocabSize = 32000;
    private int hiddenSize = 4096;
    private int intermediateSize = 11008;
    private int numHiddenLayers = 32;
    private int numAttentionHeads = 32;
    private OptionalInt numKeyValueHeads = OptionalInt.empty();
    private OptionalInt headDim = OptionalInt.empty();
    private int maxPositionEmbeddings = 2048;
    private double ropeTheta = 10000;
    private boolean tieWordEmbeddings;
    private Set<Integer> eosTokenIds = Set.of(2);
    private OptionalInt bosTokenId = OptionalInt.of(1);
    private OptionalInt padTokenId = OptionalInt.empty();

    private Builder() {}

    /** {@link #LLAMA}, the default, or {@link #QWEN2}. */
    public Builder modelType(String value) {
      modelType = value;
      return this;
    }

    /** Rows of the embedding. */
    public Builder vocabSize(int value) {
      vocabSize = value;
      return this;
    }

    /** Features of a hidden state. */
    public Builder hiddenSize(int value) {
      hiddenSize = value;
      return this;
    }

    /** Inner features of the feed-forward blocks. */
    public Builder intermediateSize(int value) {
      intermediateSize = value;
      return this;
    }

    /** Decoder layers. */
    public Builder numHiddenLayers(int value) {
      numHiddenLayers = value;
      return this;
    }

    /** Query heads. */
    public Builder numAttentionHeads(int value) {
      numAttentionHeads = value;
      return this;
    }

    /** Key and value heads; as many as query heads when not set. */
    public Builder numKeyValueHeads(int value) {
      numKeyValueHeads = OptionalInt.of(value);
      return this;
    }

    /** Features of a head; hiddenSize / numAttentionHeads when not set. */
    public Builder headDim(int value) {
      headDim = OptionalInt.of(value);
      return this;
    }

    /** The maximum length of a sequence. */
    public Builder maxPositionEmbeddings(int value) {
      maxPositionEmbeddings = value;
      return this;
    }

    /** Base of the rotary frequencies. */
    public Builder ropeTheta(double value) {
      ropeTheta = value;
      return this;
    }

    /** Whether the embedding is also the output layer. */
    public Builder tieWordEmbeddings(boolean value) {
      tieWordEmbeddings = value;
      return this;
    }

    /** Tokens that end a completion. */
    public Builder eosTokenIds(Set<Integer> value) {
      eosTokenIds = value;
      return this;
    }

    /** The token that starts a text. */
    public Builder bosTokenId(OptionalInt value) {
      bosTokenId = value;
      return this;
    }

    /** The padding token of other programs. */
    public Builder padTokenId(OptionalInt value) {
      padTokenId = value;
      return this;
    }

    /** The configuration. */
    public LlamaConfig build() {
      LMConfig lm =
          new LMConfig(
              modelType,
              vocabSize,
              hiddenSize,
              numHiddenLayers,
              numAttentionHeads,
              numKeyValueHeads.orElse(numAttentionHeads),
              headDim.orElse(hiddenSize / numAttentionHeads),
              maxPositionEmbeddings,
              eosTokenIds,
              bosTokenId,
              padTokenId);
      return new LlamaConfig(
          lm,
          intermediateSize,
          Activation.SILU,
          1e-6,
          RotaryParameters.of(ropeTheta),
          modelType.equals(QWEN2),
          false,
          false,
          tieWordEmbeddings,
          0.02);
    }
  }
}
