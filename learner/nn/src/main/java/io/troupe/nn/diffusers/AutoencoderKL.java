package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.StateDictNames;
import io.troupe.nn.checkpoint.WeightNames;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;

/**
 * A variational autoencoder between images in [-1, 1] and latents with fewer pixels (Rombach et al.
 * 2022, arXiv:2112.10752, section 3.1), as {@code AutoencoderKL} of diffusers. PyTorch's initial
 * values.
 */
public final class AutoencoderKL extends Module {
  private static final double MIN_LOG_VARIANCE = -30;
  private static final double MAX_LOG_VARIANCE = 20;

  private final AutoencoderConfig config;
  private final LatentEncoder encoder;
  private final LatentDecoder decoder;
  private final Conv2d quantConv;
  private final Conv2d postQuantConv;

  /**
   * The distribution of a latent: independent normal numbers.
   *
   * @param mean (batch, latentChannels, height, width)
   * @param logVariance same shape
   */
  public record Posterior(Tensor mean, Tensor logVariance) {
    /**
     * A sample.
     *
     * @param noise standard normal numbers, same shape
     */
    public Tensor sample(Tensor noise) {
      return mean.add(logVariance.mul(0.5).exp().mul(noise));
    }

    /** The Kullback-Leibler divergence from the standard normal distribution, (batch). */
    public Tensor kl() {
      Tensor terms = mean.mul(mean).add(logVariance.exp()).sub(1).sub(logVariance);
      return terms.reshape(terms.size(0), -1).sum(1).mul(0.5).reshape(terms.size(0));
    }
  }

  /** An autoencoder. */
  public AutoencoderKL(AutoencoderConfig config, Initializer initializer) {
    this.config = config;
    int latent = config.latentChannels();
    this.encoder = child("encoder", new LatentEncoder(config, initializer));
    this.decoder = child("decoder", new LatentDecoder(config, initializer));
    this.quantConv = child("quant_conv", Conv2d.of(2 * latent, 2 * latent, 1, initializer));
    this.postQuantConv = child("post_quant_conv", Conv2d.of(latent, latent, 1, initializer));
  }

  /** The sizes. */
  public AutoencoderConfig config() {
    return config;
  }

  /** The names in files; published files have older names of the attention. */
  public static WeightNames weightNames() {
    return StateDictNames.withOtherName(
        name ->
            name.replace(".to_q.", ".query.")
                .replace(".to_k.", ".key.")
                .replace(".to_v.", ".value.")
                .replace(".to_out.0.", ".proj_attn."));
  }

  /**
   * The distribution of the latents of images. They are not scaled for diffusion.
   *
   * @param images (batch, inChannels, height, width), in [-1, 1]
   */
  public Posterior encode(Tensor images) {
    requireChannels("images", images, config.inChannels());
    Tensor moments = quantConv.forward(encoder.forward(images));
    int latent = config.latentChannels();
    return new Posterior(
        moments.narrow(1, 0, latent),
        moments.narrow(1, latent, latent).clamp(MIN_LOG_VARIANCE, MAX_LOG_VARIANCE));
  }

  /**
   * The images of latents that are not scaled for diffusion.
   *
   * @param latents (batch, latentChannels, height, width)
   * @return in about [-1, 1]
   */
  public Tensor decode(Tensor latents) {
    requireChannels("latents", latents, config.latentChannels());
    return decoder.forward(postQuantConv.forward(latents));
  }

  /** Scales latents for diffusion. */
  public Tensor scaled(Tensor latents) {
    return latents.sub(config.shiftFactor()).mul(config.scalingFactor());
  }

  /** Reverses {@link #scaled}. */
  public Tensor unscaled(Tensor latents) {
    return latents.mul(1 / config.scalingFactor()).add(config.shiftFactor());
  }

  private static void requireChannels(String name, Tensor x, int channels) {
    if (x.rank() != 4 || x.size(1) != channels) {
      throw new ShapeException(
          "%s must be (batch, %d, height, width), got %s".formatted(name, channels, x.shape()));
    }
  }
}
