package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.MatrixProducts;

/** {@code y[k] = x1T weight[k] x2 + bias[k]}, as {@code torch.nn.Bilinear}. */
public final class Bilinear extends Module {
  private final int in1Features;
  private final int in2Features;
  private final int outFeatures;
  private final Tensor weight;
  private final Tensor bias;

  /**
   * PyTorch's initial values: weight and bias uniform within 1 / sqrt(in1Features).
   *
   * @param bias whether there is a bias
   */
  public Bilinear(
      int in1Features, int in2Features, int outFeatures, boolean bias, Initializer initializer) {
    double bound = 1 / Math.sqrt(in1Features);
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    this.weight =
        parameter("weight", initializer.uniform(bound, outFeatures, in1Features, in2Features));
    this.bias = bias ? parameter("bias", initializer.uniform(bound, outFeatures)) : null;
  }

  /**
   * Applies the layer.
   *
   * @param x1 (..., in1Features)
   * @param x2 (..., in2Features), the other dimensions as in {@code x1}
   * @return (..., outFeatures)
   */
  public Tensor forward(Tensor x1, Tensor x2) {
    if (x1.size(-1) != in1Features
        || x2.size(-1) != in2Features
        || !x1.shape().without(-1).equals(x2.shape().without(-1))) {
      throw new ShapeException(
          "inputs of Bilinear must be (..., "
              + in1Features
              + ") and (..., "
              + in2Features
              + "), got "
              + x1.shape()
              + " and "
              + x2.shape());
    }
    Tensor table = weight.reshape(outFeatures * in1Features, in2Features);
    Tensor products = MatrixProducts.linear(x2, table, null); // (..., outFeatures * in1Features)
    Tensor y =
        products
            .reshape(-1, outFeatures, in1Features)
            .matmul(x1.reshape(-1, in1Features, 1))
            .reshape(x1.shape().with(-1, outFeatures));
    return bias == null ? y : y.add(bias);
  }
}
