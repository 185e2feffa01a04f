package io.troupe.nn.cyclegan;

import io.troupe.nn.adversarial.NamedChain;

/** The architecture of a generator: it translates images with values in [-1, 1]. */
public sealed interface Generator {
  /**
   * Creates the network.
   *
   * @param in channels of the images
   * @param out channels of the translated images
   * @param features channels after the first layer
   */
  NamedChain network(int in, int out, int features, Convolutions convolutions);

  /** The number that divides rows and columns of every image. */
  int multiple();

  /**
   * Residual blocks between convolutions with stride 2 (arXiv:1603.08155), the generator of
   * CycleGAN.
   *
   * @param numBlocks number of residual blocks: 9 in the paper, 6 for small images
   */
  record Resnet(int numBlocks) implements Generator {
    @Override
    public NamedChain network(int in, int out, int features, Convolutions convolutions) {
      return ResnetLayers.network(in, out, features, numBlocks, convolutions);
    }

    @Override
    public int multiple() {
      return 1 << ResnetLayers.HALVINGS;
    }
  }

  /**
   * A U-Net (arXiv:1505.04597), the generator of pix2pix.
   *
   * @param numDowns how often images are halved, at least 5: 8 for 256 rows and columns
   */
  record Unet(int numDowns) implements Generator {
    @Override
    public NamedChain network(int in, int out, int features, Convolutions convolutions) {
      return UnetLayers.network(in, out, features, numDowns, convolutions);
    }

    @Override
    public int multiple() {
      return 1 << numDowns;
    }
  }
}
