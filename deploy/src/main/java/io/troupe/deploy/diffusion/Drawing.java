package io.troupe.deploy.diffusion;

import io.troupe.nn.pipelines.Control;
import io.troupe.nn.pipelines.DiffusionPipeline;
import io.troupe.nn.pipelines.ImageNoise;
import io.troupe.nn.pipelines.LatentDiffusion;
import io.troupe.nn.pipelines.TextGuidance;
import io.troupe.nn.schedulers.Denoising;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Tensor;
import java.util.List;

/**
 * What is drawn. An image is a function of the settings, the seed and its index.
 *
 * @param prompt text of the image
 * @param negative text to stay away from
 * @param guidance scale of the guidance
 * @param steps number of inference steps
 * @param seed of the noise
 * @param start image that is changed; null to draw from the text only
 * @param mask part of it that is repainted; null to change all of it
 * @param strength of the change
 * @param controls ControlNets with their images; may be empty
 */
public record Drawing(
    String prompt,
    String negative,
    double guidance,
    int steps,
    long seed,
    Tensor start,
    Tensor mask,
    double strength,
    List<Control> controls) {
  /** Checks the text. */
  public Drawing {
    controls = List.copyOf(controls);
    if (prompt.isBlank()) {
      throw new IllegalArgumentException("--prompt must have at least one word, got none");
    }
  }

  /**
   * Draws one image.
   *
   * @param index of the image
   * @param height in pixels
   * @param width in pixels
   * @return (1, channels, height, width), in [0, 1], in the current scope
   */
  public Tensor image(
      DiffusionPipeline pipeline, Prompts prompts, int index, int height, int width) {
    TextGuidance texts;
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      texts =
          new TextGuidance(
              pipeline.textEncoder().forward(prompts.ids(prompt, 1)),
              guidance <= 1 ? null : pipeline.textEncoder().forward(prompts.ids(negative, 1)),
              guidance,
              0);
    }
    Denoising denoising = pipeline.scheduler().denoising(steps);
    LatentDiffusion diffusion = pipeline.latentDiffusion(controls);
    LatentDiffusion.Noise noise = new ImageNoise(seed, index);
    if (start == null) {
      return diffusion.textToImage(texts, denoising, height, width, noise);
    }
    return mask == null
        ? diffusion.imageToImage(start, strength, texts, denoising, noise)
        : diffusion.inpaint(start, mask, strength, texts, denoising, noise);
  }
}
