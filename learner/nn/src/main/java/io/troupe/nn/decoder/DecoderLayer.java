package io.troupe.nn.decoder;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;

/** A layer of a decoder: attention and a feed-forward block, each with a residual connection. */
public abstract class DecoderLayer extends Module {
  DecoderLayer() {}

  /** (rows, hidden) to (rows, hidden). */
  abstract Tensor forward(Tensor x, Pass pass);
}
