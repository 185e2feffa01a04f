package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;

/**
 * Softmax over one dimension, as {@code torch.nn.Softmax}.
 *
 * @param dim the dimension whose elements are normalized; negative counts from the end
 */
public record Softmax(int dim) implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return x.shape().axis(dim) == x.rank() - 1
        ? x.softmax()
        : x.transpose(dim, -1).softmax().transpose(dim, -1);
  }
}
