package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.adversarial.ImagePyramid;
import io.troupe.nn.generative.ImageSampler;
import io.troupe.nn.generative.LatentInterpolation;
import io.troupe.nn.generative.SampleRequest;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;

/**
 * StyleGAN2 (arXiv:1912.04958), written from the paper. Names are those of the PyTorch version of
 * its authors, {@code generator.mapping.fc0.weight}, {@code generator.synthesis.b4.conv1.weight},
 * {@code discriminator.b8.conv0.weight}, ..., after the prefixes of both networks.
 *
 * <p>Difference: the smallest images have 4 to 7 rows and columns, so that images may have 28.
 */
public final class StyleGan2 extends Module implements ImageSampler, LatentInterpolation {
  private final Architecture architecture;
  private final StyleGenerator generator;
  private final StyleDiscriminator discriminator;
  private final double truncation;

  /** How blocks are connected with the image (section 4.1, figure 7). */
  public enum Connections {
    /** Each block of a generator adds to the image, each block of a discriminator reads it. */
    SKIP,
    /** Blocks are residual; the last or first one alone makes or reads the image. */
    RESIDUAL;

    /** The connections of a setting: {@code skip} or {@code resnet}. */
    public static Connections named(String name) {
      return name.equals("skip") ? SKIP : RESIDUAL;
    }
  }

  /**
   * The sizes of both networks.
   *
   * @param channels of an image
   * @param imageSize rows and columns of an image: 4 to 7 times a power of two
   * @param zDim size of the noise
   * @param wDim size of latent vectors
   * @param numLabels number of labels; 0 for images without labels
   * @param mappingLayers layers of the generator's mapping network
   * @param discriminatorMappingLayers layers of the discriminator's mapping network of labels
   * @param channelBase features of a block are this number by the rows of its images
   * @param channelMax most features of a block
   * @param generator connections of the generator
   * @param discriminator connections of the discriminator
   * @param generatorClamp largest magnitude of a layer's results; 0 for no limit
   * @param discriminatorClamp largest magnitude of a layer's results; 0 for no limit
   * @param groupSize images of a group for the deviation in the discriminator
   * @param deviationChannels channels with deviations
   */
  public record Architecture(
      int channels,
      int imageSize,
      int zDim,
      int wDim,
      int numLabels,
      int mappingLayers,
      int discriminatorMappingLayers,
      int channelBase,
      int channelMax,
      Connections generator,
      Connections discriminator,
      double generatorClamp,
      double discriminatorClamp,
      int groupSize,
      int deviationChannels) {
    /** Checks the size of images and the parts of features. */
    public Architecture {
      int features = Math.min(channelBase / ImagePyramid.of(imageSize).smallest(), channelMax);
      if (features % deviationChannels != 0) {
        throw new IllegalArgumentException(
            "mbstd_num_channels must divide the %d features of the smallest images, got %d"
                .formatted(features, deviationChannels));
      }
      if (channelBase < imageSize) {
        throw new IllegalArgumentException(
            "channel_base must be %d or more for images of %d rows, got %d"
                .formatted(imageSize, imageSize, channelBase));
      }
    }

    int smallest() {
      return ImagePyramid.of(imageSize).smallest();
    }

    int features(int size) {
      return Math.min(channelBase / size, channelMax);
    }

    MinibatchDeviation deviation() {
      return new MinibatchDeviation(groupSize, deviationChannels);
    }
  }

  /**
   * Both networks, in the current scope.
   *
   * @param truncation psi of the truncation of samples: 1 for none
   */
  public StyleGan2(Architecture architecture, double truncation, Initializer initializer) {
    this.architecture = architecture;
    this.generator = child("generator", new StyleGenerator(architecture, initializer));
    this.discriminator = child("discriminator", new StyleDiscriminator(architecture, initializer));
    this.truncation = truncation;
  }

  /** The generator. */
  public StyleGenerator generator() {
    return generator;
  }

  /** The discriminator. */
  public StyleDiscriminator discriminator() {
    return discriminator;
  }

  /** The number of labels; 0 without labels. */
  public int numLabels() {
    return architecture.numLabels();
  }

  /**
   * Labels as a tensor.
   *
   * @return (batch, labels), 1 for the label of an image and 0 elsewhere; null without labels
   * @throws IllegalArgumentException if a label is out of range
   */
  public Tensor oneHot(int[] labels) {
    if (numLabels() == 0) {
      return null;
    }
    float[] ones = new float[labels.length * numLabels()];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= numLabels()) {
        throw new IllegalArgumentException(
            "labels must be from 0 to %d, got %d".formatted(numLabels() - 1, labels[i]));
      }
      ones[i * numLabels() + labels[i]] = 1;
    }
    return Tensor.of(ones, labels.length, numLabels());
  }

  /**
   * Images of standard normal noise, with noise of their own in each layer.
   *
   * @throws IllegalArgumentException if labels are missing, or not expected
   */
  @Override
  public Tensor sample(SampleRequest request) {
    return images(styles(request), noise(request));
  }

  /** In the space of latent vectors, with the noise of the first images. */
  @Override
  public Tensor between(SampleRequest from, SampleRequest to, double position) {
    Tensor styles = styles(from).mul(1 - position).add(styles(to).mul(position));
    return images(styles, noise(from));
  }

  private Tensor styles(SampleRequest request) {
    if (numLabels() == 0) {
      request.requireNoLabels("this network");
    } else if (request.labels().length == 0) {
      throw new IllegalArgumentException("labels must be one per sample, got none");
    }
    return styles(request.normal(dtype(), 0, generator.noise()), request.labels());
  }

  private Tensor styles(Tensor z, int[] labels) {
    return generator.truncated(generator.map(z, oneHot(labels)), truncation, generator.numStyles());
  }

  private Noise noise(SampleRequest request) {
    return new Noise.Random((layer, each) -> request.normal(dtype(), layer + 1L, each));
  }

  private DType dtype() {
    return namedParameters().values().iterator().next().dtype();
  }

  /**
   * Images of given noise, with truncation.
   *
   * @param z standard normal numbers, (batch, zDim)
   * @param labels one per image; not used without labels
   * @return in [0, 1], (batch, channels, height, width)
   */
  public Tensor generate(Tensor z, int[] labels, Noise source) {
    return images(styles(z, labels), source);
  }

  private Tensor images(Tensor styles, Noise source) {
    return generator.synthesize(Dual.constant(styles), source).value().add(1).mul(0.5);
  }
}
