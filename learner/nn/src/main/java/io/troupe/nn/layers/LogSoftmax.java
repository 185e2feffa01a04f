package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;

/**
 * Log-softmax over one dimension, as {@code torch.nn.LogSoftmax}.
 *
 * @param dim the dimension whose elements are normalized; negative counts from the end
 */
public record LogSoftmax(int dim) implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return x.shape().axis(dim) == x.rank() - 1
        ? x.logSoftmax()
        : x.transpose(dim, -1).logSoftmax().transpose(dim, -1);
  }
}
