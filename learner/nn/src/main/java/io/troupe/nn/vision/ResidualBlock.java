package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.BatchNorm2d;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.ReLU;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** {@code relu(branch(x) + x)}, torchvision's {@code BasicBlock} and {@code Bottleneck}. */
final class ResidualBlock extends Module implements Layer {
  /** The layers of the branch. */
  enum Kind {
    /** Two 3x3 convolutions. */
    BASIC(1),
    /** A 1x1, a 3x3 and a 1x1 convolution to four times the channels. */
    BOTTLENECK(4);

    private final int expansion;

    Kind(int expansion) {
      this.expansion = expansion;
    }

    int outChannels(int width) {
      return width * expansion;
    }
  }

  private final Sequential branch;
  private final Sequential downsample;

  /**
   * A block.
   *
   * @param width channels of the 3x3 convolutions
   * @param stride of the first of those
   */
  ResidualBlock(Kind kind, int inChannels, int width, int stride, Initializer initializer) {
    List<Layer> layers =
        switch (kind) {
          case BASIC -> basic(inChannels, width, stride, initializer);
          case BOTTLENECK -> bottleneck(inChannels, width, stride, initializer);
        };
    this.branch = Sequential.of(layers);
    int outChannels = kind.outChannels(width);
    this.downsample =
        stride == 1 && inChannels == outChannels
            ? null
            : child(
                "downsample",
                Sequential.of(
                    conv(inChannels, outChannels, 1, stride, initializer),
                    new BatchNorm2d(outChannels, initializer)));
  }

  private List<Layer> basic(int inChannels, int width, int stride, Initializer initializer) {
    List<Layer> layers = new ArrayList<>();
    add(layers, 1, conv(inChannels, width, 3, stride, initializer), width, initializer);
    layers.add(new ReLU(true));
    add(layers, 2, conv(width, width, 3, 1, initializer), width, initializer);
    return layers;
  }

  private List<Layer> bottleneck(int inChannels, int width, int stride, Initializer initializer) {
    int outChannels = Kind.BOTTLENECK.outChannels(width);
    List<Layer> layers = new ArrayList<>();
    add(layers, 1, conv(inChannels, width, 1, 1, initializer), width, initializer);
    layers.add(new ReLU(true));
    add(layers, 2, conv(width, width, 3, stride, initializer), width, initializer);
    layers.add(new ReLU(true));
    add(layers, 3, conv(width, outChannels, 1, 1, initializer), outChannels, initializer);
    return layers;
  }

  private void add(
      List<Layer> layers, int place, Conv2d conv, int channels, Initializer initializer) {
    layers.add(child("conv" + place, conv));
    layers.add(child("bn" + place, new BatchNorm2d(channels, initializer)));
  }

  private static Conv2d conv(int in, int out, int kernel, int stride, Initializer initializer) {
    ConvOptions options =
        ConvOptions.kernelSize(kernel).withStride(stride).withPadding(kernel / 2).withoutBias();
    return Conv2d.kaimingNormal(in, out, options, initializer);
  }

  @Override
  public Tensor forward(Tensor x) {
    Tensor shortcut = downsample == null ? x : downsample.forward(x);
    return new ReLU(true).forward(branch.forward(x).add(shortcut));
  }
}
