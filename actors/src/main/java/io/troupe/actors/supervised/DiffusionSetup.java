package io.troupe.actors.supervised;

import io.troupe.data.dataset.DataSource;
import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.Dataset;
import io.troupe.nn.clip.ClipTextModel;
import io.troupe.nn.diffusers.AutoencoderConfig;
import io.troupe.nn.diffusers.AutoencoderKL;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.pipelines.DiffusionPipeline;
import io.troupe.nn.pipelines.NoisedLatents;
import io.troupe.nn.pipelines.PipelineTextEncoder;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.schedulers.DDIMScheduler;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.streams.batch.LastBatch;
import io.troupe.tensor.DType;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.diffusion.LatentDiffusionTask;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Sets up latent diffusion: the autoencoder and the text encoder of earlier runs, and a new network
 * in their latents. The result of the run is a directory in the layout of diffusers.
 */
final class DiffusionSetup {
  /** Training images by which the deviation of latents is measured. */
  private static final int SCALE_IMAGES = 256;

  private static final String TEXT_ENCODER = "text-encoder";

  private DiffusionSetup() {}

  static SupervisedSetup of(TrainConfig config, ModelEntry<?> entry, Scope weights) {
    Captions captions = captioned(config, entry);
    DataSplits splits = captions.splits();
    try (Scope.Entered _ = weights.enter()) {
      AutoencoderKL vae = scaled(autoencoder(config), splits, config.seed());
      PipelineTextEncoder textEncoder = textEncoder(config, captions);
      BuiltModel<?> model =
          entry.create(
              entry.settings(settings(config, splits, vae, textEncoder)),
              Initializer.of(DType.FLOAT32, config.seed()));
      DDIMScheduler scheduler = DDIMScheduler.stableDiffusion();
      DiffusionPipeline pipeline =
          new DiffusionPipeline(vae, model.latentDenoiser().orElseThrow(), textEncoder, scheduler);
      return new SupervisedSetup(
          model,
          new TrainingData(splits, config, LastBatch.KEEP),
          new LatentDiffusionTask(
              pipeline, DenoisingChoices.of(config, captions, scheduler.betas())),
          folder -> {
            pipeline.save(folder, DiffusionPipeline.ANY_TOKENIZER);
            captions.saveTokenizer(
                folder.resolve(DiffusionPipeline.TOKENIZER), textEncoder.config());
          });
    }
  }

  /** Images with captions, whose pixels are in [0, 1]. */
  static Captions captioned(TrainConfig config, ModelEntry<?> entry) {
    if (config.dataset().normalize() || !config.dataset().mean().isEmpty()) {
      throw new IllegalArgumentException(
          "normalize must be false for %s, whose images are in [0, 1], got true"
              .formatted(entry.name()));
    }
    return Captions.required(config, entry, DataSource.open(config.data(), config.dataset()));
  }

  private static AutoencoderKL autoencoder(TrainConfig config) {
    TrainedWeights trained = TrainedWeights.load("vae", config.diffusion().vae());
    return trained
        .model()
        .latentAutoencoder()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "vae must be an autoencoder-kl, got the model " + trained.trained().name()));
  }

  private static PipelineTextEncoder textEncoder(TrainConfig config, Captions captions) {
    TrainedWeights trained = TrainedWeights.load(TEXT_ENCODER, config.diffusion().textEncoder());
    ClipTextModel textModel = trained.clip(TEXT_ENCODER).textModel();
    captions.requireReader(TEXT_ENCODER, textModel.config());
    return new PipelineTextEncoder(textModel);
  }

  /**
   * The autoencoder with a scaling factor by which the latents of training images have a standard
   * deviation of 1 (arXiv:2112.10752, appendix G).
   */
  private static AutoencoderKL scaled(AutoencoderKL vae, DataSplits splits, long seed) {
    AutoencoderConfig config = vae.config();
    requireFits(config, splits.train().spec().sizes());
    double factor = config.scalingFactor() / deviation(vae, splits.train(), seed);
    AutoencoderKL scaled =
        new AutoencoderKL(config.withScalingFactor(factor), Initializer.undefined(DType.FLOAT32));
    Map<String, Tensor> trained = vae.stateDict();
    scaled.stateDict().forEach((name, weight) -> weight.detach().copyFrom(trained.get(name)));
    return scaled;
  }

  private static double deviation(AutoencoderKL vae, Dataset train, long seed) {
    int[] first = IntStream.range(0, Math.min(SCALE_IMAGES, train.size())).toArray();
    try (Scope _ = Scope.current().engine().open("scale of latents");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      ArrayData.Floats images = (ArrayData.Floats) train.batch(first).get("input");
      double[] latents =
          NoisedLatents.latents(
                  vae, Tensor.of(images.values(), images.sizes()), Philox.of(seed).derive(0))
              .toDoubles();
      double mean = Arrays.stream(latents).average().orElseThrow();
      double variance =
          Arrays.stream(latents).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
      return Math.sqrt(variance);
    }
  }

  private static void requireFits(AutoencoderConfig vae, List<Integer> image) {
    if (image.get(0) != vae.inChannels()
        || !image.get(1).equals(image.get(2))
        || image.get(1) % vae.reduction() != 0) {
      throw new IllegalArgumentException(
          "image-size must be a square of a multiple of %d pixels with %d channels for the vae, got %s"
              .formatted(vae.reduction(), vae.inChannels(), image));
    }
  }

  /** The settings that follow from the other parts; those of the user have precedence. */
  private static Map<String, String> settings(
      TrainConfig config, DataSplits splits, AutoencoderKL vae, PipelineTextEncoder textEncoder) {
    int size = splits.train().spec().sizes().getLast() / vae.config().reduction();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("sample_size", Integer.toString(size));
    settings.put("in_channels", Integer.toString(vae.config().latentChannels()));
    settings.put(
        "cross_attention_dim", Integer.toString(textEncoder.config().encoder().hiddenSize()));
    settings.putAll(config.modelSettings());
    return settings;
  }
}
