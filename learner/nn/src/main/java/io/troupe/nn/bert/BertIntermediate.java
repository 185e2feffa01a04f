package io.troupe.nn.bert;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;

/** The first half of a feed-forward block. */
final class BertIntermediate extends Module {
  private final Linear dense;
  private final Activation activation;

  BertIntermediate(BertConfig config, Initializer initializer) {
    this.dense =
        child("dense", config.linear(config.hiddenSize(), config.intermediateSize(), initializer));
    this.activation = config.hiddenAct();
  }

  /** (rows, hidden) to (rows, intermediate). */
  Tensor forward(Tensor x) {
    return activation.forward(dense.forward(x));
  }
}
