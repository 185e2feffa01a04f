package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.MatrixProducts;
import java.util.List;

/** {@code x weightT + bias}, as {@code torch.nn.Linear}. */
public final class Linear extends Module implements Layer {
  private final Tensor weight;
  private final Tensor bias;

  private Linear(Tensor weight, Tensor bias) {
    this.weight = parameter("weight", weight);
    this.bias = bias == null ? null : parameter("bias", bias);
  }

  /**
   * A layer of a given weight, (outFeatures, inFeatures), and bias, (outFeatures) or null for none.
   */
  public static Linear of(Tensor weight, Tensor bias) {
    return new Linear(weight, bias);
  }

  /**
   * PyTorch's initial values: weight and bias uniform within 1 / sqrt(inFeatures).
   *
   * @param bias whether there is a bias
   */
  public static Linear of(int inFeatures, int outFeatures, boolean bias, Initializer initializer) {
    double bound = 1 / Math.sqrt(inFeatures);
    Tensor weight = initializer.uniform(bound, outFeatures, inFeatures);
    return new Linear(weight, bias ? initializer.uniform(bound, outFeatures) : null);
  }

  /**
   * The initial values of Glorot and Bengio (2010), as in PyTorch Geometric's convolutions: uniform
   * within sqrt(6 / (inFeatures + outFeatures)); no bias.
   */
  public static Linear glorot(int inFeatures, int outFeatures, Initializer initializer) {
    double bound = Math.sqrt(6.0 / (inFeatures + outFeatures));
    return new Linear(initializer.uniform(bound, outFeatures, inFeatures), null);
  }

  /** The initial values of transformers' models: a normal weight, a bias of 0. */
  public static Linear normal(
      int inFeatures,
      int outFeatures,
      boolean bias,
      double standardDeviation,
      Initializer initializer) {
    Tensor weight = initializer.normal(standardDeviation, outFeatures, inFeatures);
    return new Linear(weight, bias ? initializer.constant(0, outFeatures) : null);
  }

  /**
   * Applies the layer.
   *
   * @param x (..., inFeatures)
   * @return (..., outFeatures)
   */
  @Override
  public Tensor forward(Tensor x) {
    return MatrixProducts.linear(x, weight, bias);
  }

  /**
   * Applies several layers to one input, computed together.
   *
   * @param x (rows, inFeatures)
   * @return (rows, outFeatures) of each layer
   */
  public static List<Tensor> forward(Tensor x, List<Linear> layers) {
    Tensor[] weights = new Tensor[layers.size()];
    Tensor[] biases = new Tensor[layers.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = layers.get(i).weight;
      biases[i] = layers.get(i).bias;
    }
    return MatrixProducts.linear(x, weights, biases);
  }

  /**
   * Applies the layer and adds the result to a residual.
   *
   * @param x (rows, inFeatures)
   * @param residual (rows, outFeatures)
   */
  public Tensor forwardAdd(Tensor x, Tensor residual) {
    return MatrixProducts.linearAdd(residual, x, weight, bias);
  }

  /** {@code residual + forward(silu(gate) * up)}, without keeping the product of gate and up. */
  Tensor forwardSwigluAdd(Tensor gate, Tensor up, Tensor residual) {
    return MatrixProducts.swigluLinearAdd(residual, gate, up, weight, bias);
  }

  @Override
  protected void onStorePacked() {
    MatrixProducts.storePacked(weight);
  }

  /** (outFeatures, inFeatures). */
  public Tensor weight() {
    return weight;
  }

  /** (outFeatures), or null if there is none. */
  public Tensor bias() {
    return bias;
  }
}
