package io.troupe.nn.adversarial;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.BatchNorm2d;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.ConvTranspose2d;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.LeakyReLU;
import io.troupe.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * DCGAN (arXiv:1511.06434) with the layers and names of PyTorch's example {@code dcgan}: {@code
 * generator.main.0}, ..., {@code discriminator.main.0}, .... The example has images of 64 x 64;
 * here the first layer makes 4 to 7 rows and columns, which the others double.
 *
 * <p>Differences: the discriminator returns logits; the scales of norms start as 1 and not as
 * normal numbers around 1.
 *
 * @param channels of an image
 * @param imageSize rows and columns of an image: 4 to 7 times a power of two, at least 8
 * @param latent size of the noise
 * @param generatorFeatures channels before the generator's last layer
 * @param discriminatorFeatures channels after the discriminator's first layer
 */
public record Dcgan(
    int channels, int imageSize, int latent, int generatorFeatures, int discriminatorFeatures) {
  private static final double DEVIATION = 0.02; // of initial weights, section 4 of the paper

  /** Checks the size of images. */
  public Dcgan {
    ImagePyramid.of(imageSize);
  }

  /** The number of layers that double the size. */
  private int doublings() {
    return ImagePyramid.of(imageSize).doublings();
  }

  /** A pair in the current scope. */
  public AdversarialPair pair(Initializer initializer) {
    return new AdversarialPair(
        new NamedChain("main", generator(initializer)),
        new NamedChain("main", discriminator(initializer)),
        Shape.of(latent, 1, 1),
        Shape.of(channels, imageSize, imageSize));
  }

  private List<Layer> generator(Initializer initializer) {
    List<Layer> layers = new ArrayList<>();
    int features = generatorFeatures << (doublings() - 1);
    layers.add(up(latent, features, whole(), initializer));
    for (int i = 1; i < doublings(); i++) {
      layers.add(new BatchNorm2d(features, initializer));
      layers.add(Activation.RELU);
      layers.add(up(features, features / 2, doubling(), initializer));
      features /= 2;
    }
    layers.add(new BatchNorm2d(features, initializer));
    layers.add(Activation.RELU);
    layers.add(up(features, channels, doubling(), initializer));
    layers.add(Activation.TANH);
    return layers;
  }

  private List<Layer> discriminator(Initializer initializer) {
    List<Layer> layers = new ArrayList<>();
    int features = discriminatorFeatures;
    layers.add(down(channels, features, doubling(), initializer));
    layers.add(new LeakyReLU(0.2));
    for (int i = 1; i < doublings(); i++) {
      layers.add(down(features, 2 * features, doubling(), initializer));
      layers.add(new BatchNorm2d(2 * features, initializer));
      layers.add(new LeakyReLU(0.2));
      features *= 2;
    }
    layers.add(down(features, 1, whole(), initializer));
    return layers;
  }

  /** Between a vector and the smallest image. */
  private ConvOptions whole() {
    return ConvOptions.kernelSize(ImagePyramid.of(imageSize).smallest()).withoutBias();
  }

  /** Between an image and one of twice the size. */
  private static ConvOptions doubling() {
    return ConvOptions.kernelSize(4).withStride(2).withPadding(1).withoutBias();
  }

  private static Layer up(int in, int out, ConvOptions options, Initializer initializer) {
    return ConvTranspose2d.normal(in, out, options, DEVIATION, initializer);
  }

  private static Layer down(int in, int out, ConvOptions options, Initializer initializer) {
    return Conv2d.normal(in, out, options, DEVIATION, initializer);
  }
}
