package io.troupe.nn.bert;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoder of BERT; parameters named as in transformers' {@code BertModel}.
 *
 * <p>Differences: dropout is applied to embeddings and to the outputs of blocks, not to attention
 * weights ({@code attention_probs_dropout_prob}); the row of the padding token is initialized and
 * trained as any other, which has no effect where padding is masked.
 */
public final class BertModel extends Module {
  private final BertConfig config;
  private final BertEmbeddings embeddings;
  private final List<BertLayer> layers = new ArrayList<>();
  private final BertPooler pooler;

  private BertModel(BertConfig config, boolean pools, Initializer initializer) {
    this.config = config;
    this.embeddings = child("embeddings", new BertEmbeddings(config, initializer));
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(child("encoder.layer." + i, new BertLayer(i, config, initializer)));
    }
    this.pooler = pools ? child("pooler", new BertPooler(config, initializer)) : null;
  }

  /** An encoder whose {@link #pooled} vectors are not used, so that it has no pooler. */
  public static BertModel of(BertConfig config, Initializer initializer) {
    return new BertModel(config, false, initializer);
  }

  /** An encoder with a pooler. */
  public static BertModel withPooler(BertConfig config, Initializer initializer) {
    return new BertModel(config, true, initializer);
  }

  /** The sizes. */
  public BertConfig config() {
    return config;
  }

  /** The table of tokens. */
  Embedding wordEmbeddings() {
    return embeddings.wordEmbeddings();
  }

  /**
   * The hidden states of texts.
   *
   * @return (batch * time, hidden)
   * @throws IllegalArgumentException if an id is out of range, or the texts are too long
   */
  public Tensor hiddenStates(EncoderInput input) {
    input.requireFits(config);
    Tensor x = embeddings.forward(input);
    for (BertLayer layer : layers) {
      x = layer.forward(x, input);
    }
    return x;
  }

  /**
   * A vector for each text.
   *
   * @param hidden from {@link #hiddenStates}
   * @return (batch, hidden)
   */
  public Tensor pooled(Tensor hidden, EncoderInput input) {
    if (pooler == null) {
      throw new IllegalStateException("this encoder has no pooler");
    }
    return pooler.forward(hidden, input);
  }
}
