package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.Elementwise;

/**
 * {@code max(x, 0)}, as {@code torch.nn.ReLU}.
 *
 * @param inplace whether the result overwrites {@code x}; only for the result of a convolution,
 *     linear layer, norm or sum that nothing else reads
 */
public record ReLU(boolean inplace) implements Layer {

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? Elementwise.reluInPlace(x) : x.apply(UnaryOp.RELU);
  }
}
