package io.troupe.nn.pipelines;

import io.troupe.nn.diffusers.AutoencoderKL;
import io.troupe.nn.diffusers.UNet2DConditionModel;
import io.troupe.nn.layers.Upsample;
import io.troupe.nn.schedulers.Denoising;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Latent diffusion conditioned on texts (Rombach et al. 2022, arXiv:2112.10752), as the pipelines
 * of Stable Diffusion in diffusers. Results are in the current scope; gradients are not recorded.
 *
 * @param vae between images and latents
 * @param unet denoises latents
 * @param controls ControlNets of the network; may be empty
 * @param observer receives each step, from 0, with the latents after it
 */
public record LatentDiffusion(
    AutoencoderKL vae,
    UNet2DConditionModel unet,
    List<Control> controls,
    BiConsumer<Integer, Tensor> observer) {
  /** Channels of a network that also reads the mask and the latents of the known part. */
  private static final int WITH_MASK = 1;

  /** Standard normal numbers of a shape; successive calls draw others. */
  @FunctionalInterface
  public interface Noise extends Function<Shape, Tensor> {}

  /** Copies the list. */
  public LatentDiffusion {
    controls = List.copyOf(controls);
  }

  /** Pipelines without an observer. */
  public static LatentDiffusion of(
      AutoencoderKL vae, UNet2DConditionModel unet, List<Control> controls) {
    return new LatentDiffusion(vae, unet, controls, (_, _) -> {});
  }

  /** The shape of latents of images. */
  private Shape latents(int batch, int height, int width) {
    int reduction = vae.config().reduction();
    if (height < reduction
        || width < reduction
        || height % reduction != 0
        || width % reduction != 0) {
      throw new IllegalArgumentException(
          "height and width must be multiples of %d, got %d and %d"
              .formatted(reduction, height, width));
    }
    return Shape.of(batch, vae.config().latentChannels(), height / reduction, width / reduction);
  }

  /**
   * Samples images from texts.
   *
   * @param height of the images, in pixels
   * @param width of the images
   * @param noise first the start, then that of the steps
   * @return (batch, channels, height, width), in [0, 1]
   */
  public Tensor textToImage(
      TextGuidance guidance, Denoising steps, int height, int width, Noise noise) {
    requireChannels(vae.config().latentChannels());
    Tensor start =
        noise.apply(latents(guidance.batch(), height, width)).mul(steps.initNoiseSigma());
    return images(denoised(start, 0, guidance, steps, null, noise));
  }

  /**
   * Changes images.
   *
   * @param images (batch, channels, height, width), in [0, 1]
   * @param strength from 0, which changes nothing, to 1, which ignores the images
   * @param noise first that of the latents, then that of the start, then that of the steps
   * @return the same shape, in [0, 1]
   */
  public Tensor imageToImage(
      Tensor images, double strength, TextGuidance guidance, Denoising steps, Noise noise) {
    requireChannels(vae.config().latentChannels());
    Tensor encoded = encoded(images, noise);
    int first = firstStep(strength, steps);
    Tensor start = steps.noised(first, encoded, noise.apply(encoded.shape()));
    return images(denoised(start, first, guidance, steps, null, noise));
  }

  /**
   * Repaints a part of images. A network with further input channels reads the mask and the known
   * part; for others the known part is blended in after each step.
   *
   * @param images (batch, channels, height, width), in [0, 1]
   * @param mask (batch or 1, 1, height, width): 0.5 and more is repainted
   * @param strength above 0; below 1 the start keeps some of the repainted part
   * @param noise first that of the latents, then that of the start, then that of the latents of the
   *     known part, then that of the steps
   * @return the same shape, in [0, 1]
   */
  public Tensor inpaint(
      Tensor images,
      Tensor mask,
      double strength,
      TextGuidance guidance,
      Denoising steps,
      Noise noise) {
    int latent = vae.config().latentChannels();
    boolean readsMask = unet.config().inChannels() == 2 * latent + WITH_MASK;
    if (!readsMask) {
      requireChannels(latent);
    }
    Tensor repainted = binary(mask, images);
    Tensor encoded = encoded(images, noise);
    Tensor drawn = noise.apply(encoded.shape());
    Tensor known = encoded(masked(images, repainted), noise);
    int first = firstStep(strength, steps);
    Tensor start =
        strength == 1 ? drawn.mul(steps.initNoiseSigma()) : steps.noised(first, encoded, drawn);
    Tensor small = Upsample.nearestTo(encoded.size(2), encoded.size(3)).forward(repainted);
    Inpainting inpainting = new Inpainting(encoded, drawn, small, readsMask ? known : null);
    return images(denoised(start, first, guidance, steps, inpainting, noise));
  }

  private static Tensor binary(Tensor mask, Tensor images) {
    if (mask.rank() != 4
        || mask.size(1) != 1
        || mask.size(2) != images.size(2)
        || mask.size(3) != images.size(3)) {
      throw new ShapeException(
          "mask must be (1, 1, %d, %d) as the images, got %s"
              .formatted(images.size(2), images.size(3), mask.shape()));
    }
    Tensor half = Tensor.full(mask.dtype(), mask.shape(), 0.5);
    return mask.less(half).to(mask.dtype()).mul(-1).add(1);
  }

  /** The known part in [0, 1]; the repainted part is 0 in [-1, 1], as in diffusers. */
  private static Tensor masked(Tensor images, Tensor repainted) {
    return images.mul(2).sub(1).mul(repainted.mul(-1).add(1)).add(1).mul(0.5);
  }

  private void requireChannels(int channels) {
    if (unet.config().inChannels() != channels) {
      throw new IllegalArgumentException(
          "in_channels of the unet must be %d, the channels of the latents, got %d"
              .formatted(channels, unet.config().inChannels()));
    }
  }

  /** The latents of images, scaled for diffusion. */
  private Tensor encoded(Tensor images, Noise noise) {
    latents(images.size(0), images.size(2), images.size(3));
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      AutoencoderKL.Posterior posterior = vae.encode(images.mul(2).sub(1));
      return vae.scaled(posterior.sample(noise.apply(posterior.mean().shape())));
    }
  }

  /** The step from which a strength starts. */
  private static int firstStep(double strength, Denoising steps) {
    if (!(strength > 0 && strength <= 1)) {
      throw new IllegalArgumentException("strength must be above 0 and up to 1, got " + strength);
    }
    int count = steps.timesteps().length;
    return count - Math.min((int) (count * strength), count);
  }

  private Tensor denoised(
      Tensor start,
      int first,
      TextGuidance guidance,
      Denoising steps,
      Inpainting inpainting,
      Noise noise) {
    double[] timesteps = steps.timesteps();
    Tensor latents = start;
    for (int i = first; i < timesteps.length; i++) {
      try (GradMode.NoGrad _ = GradMode.noGrad()) {
        Tensor predicted = predicted(latents, i, timesteps[i], guidance, steps, inpainting);
        Shape shape = latents.shape();
        Tensor next = steps.step(i, predicted, latents, () -> noise.apply(shape));
        latents = inpainting == null ? next : withKnown(next, i, steps, inpainting);
      }
      observer.accept(i - first, latents);
    }
    return latents;
  }

  /** What the network predicts; its temporaries are released. */
  private Tensor predicted(
      Tensor latents,
      int step,
      double timestep,
      TextGuidance guidance,
      Denoising steps,
      Inpainting inpainting) {
    Scope result = Scope.current();
    try (Scope _ = result.engine().open("denoising step " + step)) {
      Tensor input = steps.scaleModelInput(step, latents);
      if (inpainting != null && inpainting.maskedLatents() != null) {
        Tensor mask =
            inpainting.mask().expand(Shape.of(input.size(0), 1, input.size(2), input.size(3)));
        input = Indexing.cat(1, List.of(input, mask, inpainting.maskedLatents()));
      }
      return result.keep(guidance.predict(unet, controls, input, timestep));
    }
  }

  private static Tensor withKnown(
      Tensor latents, int step, Denoising steps, Inpainting inpainting) {
    if (inpainting.maskedLatents() != null) {
      return latents;
    }
    boolean isLast = step + 1 == steps.timesteps().length;
    Tensor known =
        isLast
            ? inpainting.latents()
            : steps.noised(step + 1, inpainting.latents(), inpainting.noise());
    return inpainting.blend(known, latents);
  }

  private Tensor images(Tensor latents) {
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      return vae.decode(vae.unscaled(latents)).mul(0.5).add(0.5).clamp(0, 1);
    }
  }
}
