package io.troupe.nn.adversarial;

import io.troupe.nn.Module;
import io.troupe.nn.generative.ImageSampler;
import io.troupe.nn.generative.LatentInterpolation;
import io.troupe.nn.generative.SampleRequest;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;

/**
 * A generator of images and a discriminator that tells them from real ones (arXiv:1406.2661). Both
 * are trained in turn.
 */
public final class AdversarialPair extends Module implements ImageSampler, LatentInterpolation {
  private final NamedChain generator;
  private final NamedChain discriminator;
  private final Shape noise;
  private final Shape image;

  /**
   * A pair.
   *
   * @param noise the shape of the noise of an image
   * @param image (channels, height, width)
   */
  AdversarialPair(NamedChain generator, NamedChain discriminator, Shape noise, Shape image) {
    this.generator = child("generator", generator);
    this.discriminator = child("discriminator", discriminator);
    this.noise = noise;
    this.image = image;
  }

  /** The generator. */
  public Module generator() {
    return generator;
  }

  /** The discriminator. */
  public Module discriminator() {
    return discriminator;
  }

  /** The shape of the noise of an image. */
  public Shape noise() {
    return noise;
  }

  /**
   * Generates images.
   *
   * @param z standard normal numbers, (batch) and the shape of the noise
   * @return in [-1, 1], (batch, channels, height, width)
   */
  public Tensor generate(Tensor z) {
    return generator.forward(z).reshape(image.prepend(z.size(0)));
  }

  /**
   * Estimates whether images are real.
   *
   * @param images in [-1, 1], (batch, channels, height, width)
   * @return logits, (batch)
   */
  public Tensor discriminate(Tensor images) {
    return discriminator.forward(images).reshape(images.size(0));
  }

  /** Images of standard normal noise; labels are not supported. */
  @Override
  public Tensor sample(SampleRequest request) {
    return generate(latent(request)).add(1).mul(0.5);
  }

  /** On an arc, where the noise of every position is normal with variance 1. */
  @Override
  public Tensor between(SampleRequest from, SampleRequest to, double position) {
    double angle = position * Math.PI / 2;
    Tensor z = latent(from).mul(Math.cos(angle)).add(latent(to).mul(Math.sin(angle)));
    return generate(z).add(1).mul(0.5);
  }

  private Tensor latent(SampleRequest request) {
    request.requireNoLabels("an adversarial network");
    DType dtype = namedParameters().values().iterator().next().dtype();
    return request.normal(dtype, 0, noise);
  }
}
