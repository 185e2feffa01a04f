package io.troupe.nn.layers;

import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.ChannelNorms;

/**
 * Normalizes each channel of each image (arXiv:1607.08022), as {@code torch.nn.InstanceNorm2d} with
 * its defaults: no parameters, no running statistics, eps 1e-5.
 */
public record InstanceNorm2d() implements Layer {
  private static final double EPS = 1e-5;

  @Override
  public Tensor forward(Tensor x) {
    if (x.rank() != 4 || x.size(2) * x.size(3) < 2) {
      throw new ShapeException(
          "input of InstanceNorm2d must be (batch, channels, height, width) with more than one"
              + " pixel, got "
              + x.shape());
    }
    return ChannelNorms.groupNorm(x, x.size(1), null, null, EPS);
  }
}
