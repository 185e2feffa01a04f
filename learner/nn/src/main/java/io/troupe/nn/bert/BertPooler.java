package io.troupe.nn.bert;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.Arrays;

/** A vector for each text: a layer with tanh over the hidden state of its first token. */
final class BertPooler extends Module {
  private final Linear dense;

  BertPooler(BertConfig config, Initializer initializer) {
    int hidden = config.hiddenSize();
    this.dense = child("dense", config.linear(hidden, hidden, initializer));
  }

  /**
   * (batch * time, hidden) to (batch, hidden).
   *
   * @param input the texts of the rows
   */
  Tensor forward(Tensor hidden, EncoderInput input) {
    int[] first = new int[input.batch()];
    Arrays.setAll(first, text -> text * input.time());
    return Activation.TANH.forward(
        dense.forward(Indexing.embedding(hidden, Tensor.of(first, first.length))));
  }
}
