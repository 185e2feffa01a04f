package io.troupe.training.diffusion;

import io.troupe.nn.Module;
import io.troupe.nn.diffusers.TextContext;
import io.troupe.nn.pipelines.Control;
import io.troupe.nn.pipelines.DiffusionPipeline;
import io.troupe.nn.pipelines.ImageNoise;
import io.troupe.nn.pipelines.NoisedLatents;
import io.troupe.nn.pipelines.TextGuidance;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.Tally;
import java.util.List;

/**
 * Trains a network of a pipeline to predict the noise of latents from captions: {@code input},
 * images in [0, 1], and {@code caption}, token ids. Some captions are replaced by the empty text,
 * for classifier-free guidance (arXiv:2207.12598).
 */
public abstract sealed class NoisePrediction implements SupervisedTask
    permits LatentDiffusionTask, ControlNetTask {
  private static final long NOISE = 0;
  private static final long EMPTY = 1;

  private final DiffusionPipeline pipeline;
  private final DenoisingSettings settings;
  private final CaptionStates captions;

  /**
   * A training.
   *
   * @param frozen parts of the pipeline that do not change
   */
  NoisePrediction(DiffusionPipeline pipeline, DenoisingSettings settings, List<Module> frozen) {
    this.pipeline = pipeline;
    this.settings = settings;
    this.captions = new CaptionStates(pipeline.textEncoder());
    for (Module part : frozen) {
      part.requiresGrad(false);
      part.eval();
    }
  }

  /** The predicted noise, (batch, latentChannels, height, width). */
  abstract Tensor predicted(NoisedLatents noised, TextContext texts, MiniBatch batch);

  /** The ControlNets with the conditions of a batch; empty without any. */
  abstract List<Control> controls(MiniBatch batch);

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    TextContext texts =
        captions.withEmpty(
            BatchTensors.of(batch, "caption"),
            settings.proportionEmptyPrompts(),
            random.derive(EMPTY));
    NoisedLatents noised = noised(batch, random);
    Tensor predicted = predicted(noised, texts, batch);
    return settings.minSnrGamma().isEmpty()
        ? noised.loss(predicted)
        : noised.loss(
            predicted,
            settings
                .betas()
                .minSnrWeights(noised.timesteps(), settings.minSnrGamma().getAsDouble()));
  }

  private NoisedLatents noised(MiniBatch batch, Philox random) {
    return NoisedLatents.of(
        pipeline.vae(), settings.betas(), BatchTensors.of(batch, "input"), random.derive(NOISE));
  }

  /** Adds the loss, with all captions and equal weights. */
  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    TextContext texts = captions.of(BatchTensors.of(batch, "caption"));
    NoisedLatents noised = noised(batch, random);
    Tensor loss = noised.loss(predicted(noised, texts, batch));
    tally.add("loss", loss.item() * batch.size(), batch.size());
  }

  @Override
  public final void evaluateResult(MiniBatch batch, int firstIndex, Tally tally) {
    measure(batch, samples(batch, firstIndex), tally);
  }

  /** Adds the metrics of samples to a tally. */
  void measure(MiniBatch batch, Tensor samples, Tally tally) {
    settings
        .check()
        .ifPresent(check -> check.measure(samples, BatchTensors.of(batch, "caption"), tally));
  }

  /**
   * Draws an image for each example, with the current weights.
   *
   * @param firstIndex index of the first sample; the noise of a sample is a function of its index
   * @return (batch, channels, height, width), in [0, 1], in the current scope
   */
  public final Tensor samples(MiniBatch batch, int firstIndex) {
    SamplingSettings sampling = settings.sampling();
    Tensor ids = BatchTensors.of(batch, "caption");
    Tensor like = BatchTensors.of(batch, "input");
    TextGuidance guidance =
        new TextGuidance(
            captions.of(ids).hiddenStates(),
            captions.ofEmpty(ids).hiddenStates(),
            sampling.guidanceScale(),
            0);
    return pipeline
        .latentDiffusion(controls(batch))
        .textToImage(
            guidance,
            pipeline.scheduler().denoising(sampling.numInferenceSteps()),
            like.size(2),
            like.size(3),
            new ImageNoise(sampling.seed(), firstIndex));
  }
}
