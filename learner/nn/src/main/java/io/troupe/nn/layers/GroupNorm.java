package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.ChannelNorms;

/**
 * Group normalization (arXiv:1803.08494), as {@code torch.nn.GroupNorm}: (batch, numChannels, ...)
 * to the same shape.
 */
public final class GroupNorm extends Module implements Layer {
  private final int numGroups;
  private final Tensor weight;
  private final Tensor bias;
  private final double eps;

  /** A norm with PyTorch's eps of 1e-5; the weight starts as 1, the bias as 0. */
  public GroupNorm(int numGroups, int numChannels, Initializer initializer) {
    this(numGroups, numChannels, 1e-5, initializer);
  }

  /** A norm; the weight starts as 1, the bias as 0. */
  public GroupNorm(int numGroups, int numChannels, double eps, Initializer initializer) {
    Sizes.requireMultiple("numChannels", numChannels, "numGroups", numGroups);
    this.numGroups = numGroups;
    this.weight = parameter("weight", initializer.constant(1, numChannels));
    this.bias = parameter("bias", initializer.constant(0, numChannels));
    this.eps = eps;
  }

  @Override
  public Tensor forward(Tensor x) {
    return ChannelNorms.groupNorm(x, numGroups, weight, bias, eps);
  }
}
