package io.troupe.nn.bert;

import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * Assigns a class to a text or a pair of texts; named as transformers' {@code
 * BertForSequenceClassification}.
 */
public final class BertForSequenceClassification extends BertNetwork {
  private final Dropout dropout;
  private final Linear classifier;

  /** A model in the current scope. */
  public BertForSequenceClassification(BertConfig config, int numLabels, Initializer initializer) {
    super(BertModel.withPooler(config, initializer));
    this.dropout = child("dropout", new Dropout(config.classifierDropout(), Philox.of(0)));
    this.classifier =
        child("classifier", config.linear(config.hiddenSize(), numLabels, initializer));
  }

  /** The logits of the classes, (batch, classes). */
  @Override
  public Tensor forward(EncoderInput input) {
    Tensor pooled = bert().pooled(bert().hiddenStates(input), input);
    return classifier.forward(dropout.forward(pooled));
  }
}
