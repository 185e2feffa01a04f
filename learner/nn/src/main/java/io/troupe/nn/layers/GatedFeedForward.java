package io.troupe.nn.layers;

import io.troupe.tensor.GradMode;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.MatrixProducts;
import java.util.List;

/**
 * The feed-forward block of Llama: {@code down(act(gate(x)) * up(x))} (arXiv:2002.05202); with SiLU
 * it is SwiGLU.
 */
public final class GatedFeedForward extends FeedForwardBlock {
  private final Linear gateProj;
  private final Linear upProj;
  private final Linear downProj;
  private final Activation activation;

  /**
   * The names of the projections.
   *
   * @param gate to the features that the activation is applied to
   * @param up to the features that are multiplied with them
   * @param down back to the hidden size
   */
  public record Names(String gate, String up, String down) {
    /** The names of most families. */
    public static final Names DEFAULT = new Names("gate_proj", "up_proj", "down_proj");
  }

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
    this(
        Names.DEFAULT,
        hiddenSize,
        intermediateSize,
        activation,
        bias,
        initializerRange,
        initializer);
  }

  /**
   * A block with normal initial weights and other names.
   *
   * @param bias whether the three projections have a bias
   */
  public GatedFeedForward(
      Names names,
      int hiddenSize,
      int intermediateSize,
      Activation activation,
      boolean bias,
      double initializerRange,
      Initializer initializer) {
    this.gateProj =
        child(
            names.gate(),
            Linear.normal(hiddenSize, intermediateSize, bias, initializerRange, initializer));
    this.upProj =
        child(
            names.up(),
            Linear.normal(hiddenSize, intermediateSize, bias, initializerRange, initializer));
    this.downProj =
        child(
            names.down(),
            Linear.normal(intermediateSize, hiddenSize, bias, initializerRange, initializer));
    this.activation = activation;
  }

  /** (..., hiddenSize) to the same shape. */
  @Override
  public Tensor forward(Tensor x) {
    return downProj.forward(gated(x));
  }

  @Override
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
