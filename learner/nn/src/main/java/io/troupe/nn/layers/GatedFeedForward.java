package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.MatrixProducts;
import java.util.List;

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
    return downProj.forward(gated(x));
  }

  /**
   * Applies the block and adds the result to a residual.
   *
   * @param x (rows, hiddenSize)
   * @param residual the same shape
   */
  public Tensor forwardAdd(Tensor x, Tensor residual) {
    if (activation == Activation.SILU && GradMode.isEnabled()) {
      List<Tensor> hidden = Linear.forward(x, List.of(gateProj, upProj));
      return downProj.forwardSwigluAdd(hidden.get(0), hidden.get(1), residual);
    }
    return downProj.forwardAdd(gated(x), residual);
  }

  /** (..., intermediateSize). */
  private Tensor gated(Tensor x) {
    if (activation == Activation.SILU && x.rank() == 2) {
      return MatrixProducts.linearSwiglu(
          x, gateProj.weight(), gateProj.bias(), upProj.weight(), upProj.bias());
    }
    return activation.forward(gateProj.forward(x)).mul(upProj.forward(x));
  }
}
