package io.troupe.nn.bert;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/** The end of a block: a projection, added to the block's input and then normalized. */
final class BertOutput extends Module {
  private final Linear dense;
  private final LayerNorm layerNorm;
  private final Dropout dropout;

  BertOutput(int inFeatures, BertConfig config, Philox generator, Initializer initializer) {
    this.dense = child("dense", config.linear(inFeatures, config.hiddenSize(), initializer));
    this.layerNorm = child("LayerNorm", config.norm(initializer));
    this.dropout = child("dropout", new Dropout(config.hiddenDropoutProb(), generator));
  }

  /**
   * (rows, inFeatures) to (rows, hidden).
   *
   * @param residual input of the block, (rows, hidden)
   */
  Tensor forward(Tensor x, Tensor residual) {
    return layerNorm.forward(dropout.forward(dense.forward(x)).add(residual));
  }
}
