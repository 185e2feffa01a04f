package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;

/**
 * The feed-forward block of Phi-3: as {@link GatedFeedForward}, with a single projection {@code
 * gate_up_proj} whose first half is the gate.
 */
public final class FusedGatedFeedForward extends FeedForwardBlock {
  private final Linear gateUpProj;
  private final Linear downProj;
  private final Activation activation;
  private final int intermediateSize;

  /** A block without biases and with normal initial weights. */
  public FusedGatedFeedForward(
      int hiddenSize,
      int intermediateSize,
      Activation activation,
      double initializerRange,
      Initializer initializer) {
    this.gateUpProj =
        child(
            "gate_up_proj",
            Linear.normal(hiddenSize, 2 * intermediateSize, false, initializerRange, initializer));
    this.downProj =
        child(
            "down_proj",
            Linear.normal(intermediateSize, hiddenSize, false, initializerRange, initializer));
    this.activation = activation;
    this.intermediateSize = intermediateSize;
  }

  /** (rows, hiddenSize) to the same shape. */
  @Override
  public Tensor forward(Tensor x) {
    return downProj.forward(gated(x));
  }

  @Override
  public Tensor forwardAdd(Tensor x, Tensor residual) {
    return downProj.forwardAdd(gated(x), residual);
  }

  /** (rows, intermediateSize). */
  private Tensor gated(Tensor x) {
    Tensor gateUp = gateUpProj.forward(x);
    Tensor gate = gateUp.narrow(1, 0, intermediateSize);
    return activation.forward(gate).mul(gateUp.narrow(1, intermediateSize, intermediateSize));
  }
}
