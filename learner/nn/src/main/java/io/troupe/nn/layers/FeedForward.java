package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;

/** The feed-forward block of GPT-2: {@code proj(act(fc(x)))}, with biases. */
public final class FeedForward extends Module implements Layer {
  private final Linear cFc;
  private final Linear cProj;
  private final Activation activation;

  /**
   * A block with normal initial weights.
   *
   * @param range standard deviation of the initial weights into the block
   * @param outputRange standard deviation of the initial weights out of it
   */
  public FeedForward(
      int hiddenSize,
      int innerSize,
      Activation activation,
      double range,
      double outputRange,
      Initializer initializer) {
    this.cFc = child("c_fc", Linear.normal(hiddenSize, innerSize, true, range, initializer));
    this.cProj =
        child("c_proj", Linear.normal(innerSize, hiddenSize, true, outputRange, initializer));
    this.activation = activation;
  }

  /** (..., hiddenSize) to the same shape. */
  @Override
  public Tensor forward(Tensor x) {
    return cProj.forward(activation.forward(cFc.forward(x)));
  }
}
