package io.troupe.training.diffusion;

import io.troupe.nn.Module;
import io.troupe.nn.diffusers.TextContext;
import io.troupe.nn.diffusers.UNet2DConditionModel;
import io.troupe.nn.pipelines.Control;
import io.troupe.nn.pipelines.DiffusionPipeline;
import io.troupe.nn.pipelines.NoisedLatents;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import java.util.List;

/**
 * Trains the denoising network of latent diffusion (Rombach et al. 2022, arXiv:2112.10752).
 * Autoencoder and text encoder are not trained.
 */
public final class LatentDiffusionTask extends NoisePrediction {
  private final UNet2DConditionModel unet;

  /** A training of the network of a pipeline. */
  public LatentDiffusionTask(DiffusionPipeline pipeline, DenoisingSettings settings) {
    super(pipeline, settings, List.of(pipeline.vae(), pipeline.textEncoder()));
    this.unet = pipeline.unet();
  }

  @Override
  public Module module() {
    return unet;
  }

  @Override
  Tensor predicted(NoisedLatents noised, TextContext texts, MiniBatch batch) {
    return unet.forward(noised.sample(), noised.timesteps(), texts);
  }

  @Override
  List<Control> controls(MiniBatch batch) {
    return List.of();
  }
}
