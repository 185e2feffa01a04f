package io.troupe.nn.diffusers;

import io.troupe.nn.generative.UnsupervisedLoss;
import io.troupe.nn.losses.MSELoss;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RandomOps;
import io.troupe.tensor.random.Philox;

/**
 * Trains an autoencoder: the mean squared error of the pixels in [-1, 1], and the divergence of the
 * latents from standard normal numbers.
 *
 * <p>Difference from the paper: there is no discriminator and no perceptual loss.
 *
 * @param vae the autoencoder
 * @param klWeight weight of the divergence per latent number
 */
public record AutoencoderTraining(AutoencoderKL vae, double klWeight) implements UnsupervisedLoss {
  @Override
  public Tensor loss(Tensor images, int[] labels, Philox generator) {
    Tensor x = images.mul(2).sub(1);
    AutoencoderKL.Posterior posterior = vae.encode(x);
    Tensor noise = RandomOps.normal(x.dtype(), posterior.mean().shape(), generator);
    Tensor error = MSELoss.of().forward(vae.decode(posterior.sample(noise)), x);
    double perLatent = klWeight * images.size(0) / posterior.mean().numel();
    return error.add(posterior.kl().mean().mul(perLatent));
  }

  /** Images in [0, 1] from the means of the latents of images in [0, 1]. */
  public Tensor reconstruct(Tensor images) {
    Tensor decoded = vae.decode(vae.encode(images.mul(2).sub(1)).mean());
    return decoded.mul(0.5).add(0.5).clamp(0, 1);
  }
}
