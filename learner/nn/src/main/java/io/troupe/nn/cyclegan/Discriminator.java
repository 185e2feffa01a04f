package io.troupe.nn.cyclegan;

import io.troupe.nn.adversarial.NamedChain;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.LeakyReLU;
import java.util.ArrayList;
import java.util.List;

/**
 * The architecture of a discriminator: it estimates for each patch of an image whether it is real
 * (PatchGAN, arXiv:1611.07004).
 */
public sealed interface Discriminator {
  /** After each convolution but the last. */
  Layer ACTIVATION = new LeakyReLU(0.2);

  /**
   * Creates the network: (batch, channels, height, width) to a number for each patch, (batch, 1,
   * rows, columns).
   *
   * @param features channels after the first layer
   */
  NamedChain network(int channels, int features, Convolutions convolutions);

  /**
   * Convolutions of 4 x 4.
   *
   * @param numLayers convolutions with stride 2: 3 for patches of 70 x 70 pixels
   */
  record Patches(int numLayers) implements Discriminator {
    private static final int WIDEST = 8; // times the first width
    private static final ConvOptions NEXT = ConvOptions.kernelSize(4).withPadding(1);
    private static final ConvOptions HALF = NEXT.withStride(2);

    @Override
    public NamedChain network(int channels, int features, Convolutions convolutions) {
      List<Layer> layers = new ArrayList<>();
      layers.add(convolutions.last(channels, features, HALF)); // no norm after it
      layers.add(ACTIVATION);
      int width = features;
      for (int i = 1; i <= numLayers; i++) {
        int wider = Math.min(2 * width, WIDEST * features);
        layers.add(convolutions.normed(width, wider, i < numLayers ? HALF : NEXT));
        layers.add(convolutions.normOf(wider));
        layers.add(ACTIVATION);
        width = wider;
      }
      layers.add(convolutions.last(width, 1, NEXT));
      return new NamedChain("model", layers);
    }
  }

  /** Convolutions of 1 x 1: each pixel is a patch. */
  record Pixels() implements Discriminator {
    private static final ConvOptions PIXEL = ConvOptions.kernelSize(1);

    @Override
    public NamedChain network(int channels, int features, Convolutions convolutions) {
      return new NamedChain(
          "net",
          List.of(
              convolutions.last(channels, features, PIXEL),
              ACTIVATION,
              convolutions.normed(features, 2 * features, PIXEL),
              convolutions.normOf(2 * features),
              ACTIVATION,
              convolutions.normed(2 * features, 1, PIXEL)));
    }
  }
}
