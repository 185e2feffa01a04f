package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.BatchNorm2d;
import io.troupe.nn.layers.BatchNormOptions;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.ReLU;
import io.troupe.tensor.Tensor;

/** Convolution, batch norm and ReLU: {@code BasicConv2d} of torchvision's GoogLeNet. */
final class NormalizedConv2d extends Module implements Layer {
  private final Conv2d conv;
  private final BatchNorm2d bn;

  NormalizedConv2d(
      int inChannels,
      int outChannels,
      int kernelSize,
      int stride,
      int padding,
      Initializer initializer) {
    ConvOptions options =
        ConvOptions.kernelSize(kernelSize).withStride(stride).withPadding(padding).withoutBias();
    this.conv =
        child(
            "conv",
            Conv2d.normal(
                inChannels, outChannels, options, AuxiliaryHead.INITIAL_DEVIATION, initializer));
    this.bn =
        child(
            "bn",
            new BatchNorm2d(outChannels, BatchNormOptions.defaults().withEps(0.001), initializer));
  }

  @Override
  public Tensor forward(Tensor x) {
    return new ReLU(true).forward(bn.forward(conv.forward(x)));
  }
}
