package io.troupe.nn.bert;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.MatrixProducts;

/** The head for masked tokens; its output layer is the table of token embeddings. */
final class MaskedTokenHead extends Module {
  private final Tensor bias;
  private final Transform transform;

  MaskedTokenHead(BertConfig config, Initializer initializer) {
    this.bias = parameter("bias", initializer.constant(0, config.vocabSize()));
    this.transform = child("transform", new Transform(config, initializer));
  }

  /** A layer before the output layer. */
  private static final class Transform extends Module {
    private final Linear dense;
    private final LayerNorm layerNorm;
    private final Activation activation;

    Transform(BertConfig config, Initializer initializer) {
      int hidden = config.hiddenSize();
      this.dense = child("dense", config.linear(hidden, hidden, initializer));
      this.layerNorm =
          child("LayerNorm", new LayerNorm(hidden, config.layerNormEps(), initializer));
      this.activation = config.hiddenAct();
    }

    Tensor forward(Tensor x) {
      return layerNorm.forward(activation.forward(dense.forward(x)));
    }
  }

  /** (rows, hidden) to the logits of tokens, (rows, vocab). */
  Tensor forward(Tensor hidden, Embedding words) {
    return MatrixProducts.linear(transform.forward(hidden), words.weight(), bias);
  }
}
