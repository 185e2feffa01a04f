package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;

/** The feed-forward block of a transformer with an activation and no gate. */
public final class FeedForward extends Module implements Layer {
  private final Linear in;
  private final Linear out;
  private final Activation activation;

  /**
   * A block of given layers: {@code out(activation(in(x)))}.
   *
   * @param inName name of the first layer, such as {@code fc1}
   * @param outName name of the second layer, such as {@code fc2}
   */
  public FeedForward(String inName, Linear in, Activation activation, String outName, Linear out) {
    this.in = child(inName, in);
    this.out = child(outName, out);
    this.activation = activation;
  }

  /**
   * The block of GPT-2, with biases, normal initial weights and its names.
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
    this(
        "c_fc",
        Linear.normal(hiddenSize, innerSize, true, range, initializer),
        activation,
        "c_proj",
        Linear.normal(innerSize, hiddenSize, true, outputRange, initializer));
  }

  /** (..., hiddenSize) to the same shape. */
  @Override
  public Tensor forward(Tensor x) {
    return out.forward(activation.forward(in.forward(x)));
  }

  /**
   * Applies the block and adds the result to a residual.
   *
   * @param x (..., hiddenSize)
   * @param residual the same shape
   */
  public Tensor forwardAdd(Tensor x, Tensor residual) {
    Tensor inner = activation.forward(in.forward(x));
    Tensor rows = inner.reshape(-1, inner.size(-1));
    return out.forwardAdd(rows, residual.reshape(-1, residual.size(-1))).reshape(residual.shape());
  }
}
