package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;

/**
 * The feed-forward block of Llama: {@code down(act(gate(x)) * up(x))} (arXiv:2002.05202); with SiLU
 * it is SwiGLU.
 */
public final class GatedFeedForward extends Module implements Layer {
  private final Linear gateProj;
  private final Linear upProj;
  private final Linear downProj;
  private final Activation activation;

  /**
   * A block with normal initial weights.
   *
   * @param bias whether the three projections have a bias
   */
  public GatedFeedForward(
      int hiddenSize,
      int intermediateSize,
      Activation activation,
      boolean bias,
      double initializerRange,
      Initializer initializer) {
    this.gateProj =
        child(
            "gate_proj",
            Linear.normal(hiddenSize, intermediateSize, bias, initializerRange, initializer));
    this.upProj =
        child(
            "up_proj",
            Linear.normal(hiddenSize, intermediateSize, bias, initializerRange, initializer));
    this.downProj =
        child(
            "down_proj",
            Linear.normal(intermediateSize, hiddenSize, bias, initializerRange, initializer));
    this.activation = activation;
  }

  /** (..., hiddenSize) to the same shape. */
  @Override
  public Tensor forward(Tensor x) {
    Tensor gate = gateProj.forward(x); // (..., intermediateSize)
    Tensor up = upProj.forward(x);
    Tensor gated =
        activation == Activation.SILU
            ? Elementwise.swiglu(gate, up)
            : activation.forward(gate).mul(up);
    return downProj.forward(gated);
  }
}
