package io.troupe.nn.pipelines;

import io.troupe.nn.diffusers.AutoencoderKL;
import io.troupe.nn.losses.MSELoss;
import io.troupe.nn.losses.Reduction;
import io.troupe.nn.schedulers.BetaSchedule;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RandomOps;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;

/**
 * Latents with noise, from which a network learns to predict the noise (Ho et al. 2020,
 * arXiv:2006.11239, algorithm 1; Rombach et al. 2022, arXiv:2112.10752, equation 2).
 *
 * @param sample latents with noise, (batch, latentChannels, height, width)
 * @param timesteps one for each sample, uniformly distributed
 * @param noise what the network should predict, same shape as {@code sample}
 */
public record NoisedLatents(Tensor sample, double[] timesteps, Tensor noise) {
  private static final long POSTERIOR = 0;
  private static final long TIMESTEPS = 1;
  private static final long NOISE = 2;

  /**
   * Samples the latents of images and adds noise. Gradients are not recorded.
   *
   * @param images (batch, channels, height, width), in [0, 1]
   * @param random the result is a function of it
   */
  public static NoisedLatents of(
      AutoencoderKL vae, BetaSchedule betas, Tensor images, Philox random) {
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      Tensor latents = latents(vae, images, random.derive(POSTERIOR));
      int[] timesteps = new int[images.size(0)];
      Philox ofTimesteps = random.derive(TIMESTEPS);
      for (int i = 0; i < timesteps.length; i++) {
        timesteps[i] = (int) (ofTimesteps.uniform(i) * betas.numTrainTimesteps());
      }
      Tensor noise = normal(latents, random.derive(NOISE));
      return new NoisedLatents(
          betas.addNoise(latents, noise, timesteps),
          Arrays.stream(timesteps).asDoubleStream().toArray(),
          noise);
    }
  }

  /**
   * Samples the latents of images, scaled for diffusion.
   *
   * @param images (batch, channels, height, width), in [0, 1]
   */
  public static Tensor latents(AutoencoderKL vae, Tensor images, Philox random) {
    AutoencoderKL.Posterior posterior = vae.encode(images.mul(2).sub(1));
    return vae.scaled(posterior.sample(normal(posterior.mean(), random)));
  }

  private static Tensor normal(Tensor like, Philox random) {
    return RandomOps.normal(like.dtype(), like.shape(), random);
  }

  /** The mean squared error of a prediction. */
  public Tensor loss(Tensor predicted) {
    return MSELoss.of().forward(predicted, noise);
  }

  /**
   * The mean squared error of a prediction with weights.
   *
   * @param weights one for each sample; not normalized
   */
  public Tensor loss(Tensor predicted, double[] weights) {
    Tensor squares = new MSELoss(Reduction.NONE).forward(predicted, noise);
    Tensor factors =
        Tensor.of(weights, weights.length).to(squares.dtype()).reshape(weights.length, 1, 1, 1);
    return squares.mul(factors).mean();
  }
}
