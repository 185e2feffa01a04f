package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.BatchNorm2d;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.GroupNorm;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.ReLU;
import io.troupe.tensor.Tensor;

/** Two normalized 3x3 convolutions. */
final class UNetBlock extends Module {
  private final Conv2d conv1;
  private final Layer norm1;
  private final Conv2d conv2;
  private final Layer norm2;

  UNetBlock(int inChannels, int outChannels, UNetConfig config, Initializer initializer) {
    ConvOptions kernel = ConvOptions.kernelSize(3).withPadding(1).withoutBias();
    this.conv1 = child("conv1", Conv2d.of(inChannels, outChannels, kernel, initializer));
    this.norm1 = norm("norm1", outChannels, config, initializer);
    this.conv2 = child("conv2", Conv2d.of(outChannels, outChannels, kernel, initializer));
    this.norm2 = norm("norm2", outChannels, config, initializer);
  }

  private Layer norm(String name, int channels, UNetConfig config, Initializer initializer) {
    return switch (config.norm()) {
      case BATCH -> child(name, new BatchNorm2d(channels, initializer));
      case GROUP -> child(name, new GroupNorm(UNetConfig.Norm.NUM_GROUPS, channels, initializer));
    };
  }

  /**
   * Applies the block.
   *
   * @param x (batch, inChannels, height, width)
   * @return (batch, outChannels, height, width)
   */
  Tensor forward(Tensor x) {
    Tensor y = new ReLU(true).forward(norm1.forward(conv1.forward(x)));
    return new ReLU(true).forward(norm2.forward(conv2.forward(y)));
  }
}
