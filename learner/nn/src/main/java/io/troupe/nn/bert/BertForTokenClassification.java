package io.troupe.nn.bert;

import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * Assigns a class to each token, such as the kind of a name; named as transformers' {@code
 * BertForTokenClassification}.
 */
public final class BertForTokenClassification extends BertNetwork {
  private final Dropout dropout;
  private final Linear classifier;

  /** A model in the current scope. */
  public BertForTokenClassification(BertConfig config, int numLabels, Initializer initializer) {
    super(BertModel.of(config, initializer));
    this.dropout = child("dropout", new Dropout(config.classifierDropout(), Philox.of(0)));
    this.classifier =
        child("classifier", config.linear(config.hiddenSize(), numLabels, initializer));
  }

  /** The logits of the classes, (batch, time, classes). */
  @Override
  public Tensor forward(EncoderInput input) {
    Tensor logits = classifier.forward(dropout.forward(bert().hiddenStates(input)));
    return logits.reshape(input.batch(), input.time(), -1);
  }
}
