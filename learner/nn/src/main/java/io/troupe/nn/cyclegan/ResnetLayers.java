package io.troupe.nn.cyclegan;

import io.troupe.nn.Module;
import io.troupe.nn.adversarial.NamedChain;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.ReflectionPad2d;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The layers of {@link Generator.Resnet}, with the names {@code model.1}, {@code model.4}, .... */
final class ResnetLayers {
  /** Convolutions with stride 2. */
  static final int HALVINGS = 2;

  private static final ConvOptions WHOLE = ConvOptions.kernelSize(7);
  private static final ConvOptions HALF = ConvOptions.kernelSize(3).withStride(2).withPadding(1);

  private ResnetLayers() {}

  static NamedChain network(int in, int out, int features, int numBlocks, Convolutions create) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new ReflectionPad2d(3));
    layers.add(create.normed(in, features, WHOLE));
    addNorm(layers, features, create);
    int width = features;
    for (int i = 0; i < HALVINGS; i++) {
      layers.add(create.normed(width, 2 * width, HALF));
      width *= 2;
      addNorm(layers, width, create);
    }
    for (int i = 0; i < numBlocks; i++) {
      layers.add(new Block(width, create));
    }
    for (int i = 0; i < HALVINGS; i++) {
      layers.add(create.normedUp(width, width / 2, HALF, 1));
      width /= 2;
      addNorm(layers, width, create);
    }
    layers.add(new ReflectionPad2d(3));
    layers.add(create.last(width, out, WHOLE));
    layers.add(Activation.TANH);
    return new NamedChain("model", layers);
  }

  private static void addNorm(List<Layer> layers, int channels, Convolutions create) {
    layers.add(create.normOf(channels));
    layers.add(Activation.RELU);
  }

  /** A residual block of two convolutions, without an activation at its end. */
  private static final class Block extends Module implements Layer {
    private static final ConvOptions KERNEL = ConvOptions.kernelSize(3);

    private final Sequential layers;

    Block(int width, Convolutions create) {
      layers =
          child(
              "conv_block",
              Sequential.of(
                  new ReflectionPad2d(1),
                  create.normed(width, width, KERNEL),
                  create.normOf(width),
                  Activation.RELU,
                  new ReflectionPad2d(1),
                  create.normed(width, width, KERNEL),
                  create.normOf(width)));
    }

    @Override
    public Tensor forward(Tensor x) {
      return x.add(layers.forward(x));
    }
  }
}
