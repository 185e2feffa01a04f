package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;

/**
 * The part of a decoder layer that processes each row on its own: dense or a mixture of experts.
 */
public abstract class FeedForwardBlock extends Module implements Layer {
  /** A block without parameters. */
  protected FeedForwardBlock() {}

  /**
   * Applies the block and adds the result to a residual.
   *
   * @param x (rows, hiddenSize)
   * @param residual the same shape
   */
  public abstract Tensor forwardAdd(Tensor x, Tensor residual);
}
