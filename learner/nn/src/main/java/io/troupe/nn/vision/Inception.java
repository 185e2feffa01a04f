package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.MaxPool2d;
import io.troupe.nn.layers.PoolOptions;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.List;

/** Four branches with concatenated channels: {@code Inception} of torchvision's GoogLeNet. */
final class Inception extends Module implements Layer {
  private final List<Layer> branches;

  /** A block; the numbers of channels have the paper's order and torchvision's names. */
  Inception(
      int inChannels,
      int ch1x1,
      int ch3x3red,
      int ch3x3,
      int ch5x5red,
      int ch5x5,
      int poolProj,
      Initializer initializer) {
    PoolOptions unchangedSize =
        PoolOptions.kernelSize(3).withStride(1).withPadding(1).withCeilMode();
    this.branches =
        List.of(
            child("branch1", conv(inChannels, ch1x1, 1, initializer)),
            child(
                "branch2",
                Sequential.of(
                    conv(inChannels, ch3x3red, 1, initializer),
                    conv(ch3x3red, ch3x3, 3, initializer))),
            child(
                "branch3",
                Sequential.of(
                    conv(inChannels, ch5x5red, 1, initializer),
                    conv(ch5x5red, ch5x5, 3, initializer))),
            child(
                "branch4",
                Sequential.of(
                    new MaxPool2d(unchangedSize), conv(inChannels, poolProj, 1, initializer))));
  }

  private static NormalizedConv2d conv(int in, int out, int kernel, Initializer initializer) {
    return new NormalizedConv2d(in, out, kernel, 1, kernel / 2, initializer);
  }

  @Override
  public Tensor forward(Tensor x) {
    return Indexing.cat(1, branches.stream().map(branch -> branch.forward(x)).toList());
  }
}
