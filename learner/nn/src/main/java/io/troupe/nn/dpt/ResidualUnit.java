package io.troupe.nn.dpt;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;

/** Two convolutions, each after a ReLU, added to their input: {@code DPTPreActResidualLayer}. */
final class ResidualUnit extends Module implements Layer {
  private final Conv2d convolution1;
  private final Conv2d convolution2;

  ResidualUnit(int channels, Initializer initializer) {
    ConvOptions same = ConvOptions.kernelSize(3).withPadding(1);
    this.convolution1 = child("convolution1", Conv2d.of(channels, channels, same, initializer));
    this.convolution2 = child("convolution2", Conv2d.of(channels, channels, same, initializer));
  }

  @Override
  public Tensor forward(Tensor x) {
    Tensor inner = convolution1.forward(x.apply(UnaryOp.RELU));
    return convolution2.forward(inner.apply(UnaryOp.RELU)).add(x);
  }
}
