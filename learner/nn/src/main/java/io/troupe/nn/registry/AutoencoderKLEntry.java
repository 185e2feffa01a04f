package io.troupe.nn.registry;

import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.WeightNames;
import io.troupe.nn.diffusers.AutoencoderConfig;
import io.troupe.nn.diffusers.AutoencoderKL;
import io.troupe.nn.diffusers.AutoencoderTraining;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** The entry of the autoencoder of latent diffusion. */
public final class AutoencoderKLEntry extends GenerativeEntry<AutoencoderKL> {
  static final Hyperparameter<List<Integer>> BLOCK_OUT_CHANNELS =
      Hyperparameter.wholes(
          "block_out_channels",
          "32,64",
          1,
          4096,
          "channels of each level; images are halved between");
  static final Hyperparameter<Integer> LAYERS_PER_BLOCK =
      Hyperparameter.whole("layers_per_block", 1, 1, 16, "residual blocks of each level");
  static final Hyperparameter<Integer> NORM_NUM_GROUPS =
      Hyperparameter.whole("norm_num_groups", 8, 1, 1024, "groups of the norms");
  private static final Hyperparameter<Integer> LATENT_CHANNELS =
      Hyperparameter.whole("latent_channels", 4, 1, 1024, "channels of the latents");
  private static final Hyperparameter<Boolean> MID_ATTENTION =
      Hyperparameter.flag(
          "mid_block_add_attention",
          true,
          "whether there is attention between the smallest images");
  private static final Hyperparameter<Double> SCALING_FACTOR =
      Hyperparameter.real("scaling_factor", 1, 1e-6, 1e6, "multiplies latents before diffusion");
  private static final Hyperparameter<Double> KL_WEIGHT =
      Hyperparameter.real(
          "kl_weight", 1e-3, 0, 1e3, "weight of the divergence per latent number in the loss");

  /** The entry named {@code autoencoder-kl}. */
  public AutoencoderKLEntry() {
    super(
        "autoencoder-kl",
        "autoencoder of latent diffusion: images to latents with fewer pixels, as diffusers'"
            + " AutoencoderKL");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(
        IN_CHANNELS,
        IMAGE_SIZE,
        BLOCK_OUT_CHANNELS,
        LAYERS_PER_BLOCK,
        LATENT_CHANNELS,
        NORM_NUM_GROUPS,
        MID_ATTENTION,
        SCALING_FACTOR,
        KL_WEIGHT);
  }

  @Override
  public AutoencoderKL build(Settings settings, Initializer initializer) {
    int channels = settings.get(IN_CHANNELS);
    AutoencoderConfig config =
        new AutoencoderConfig(
            channels,
            channels,
            settings.get(BLOCK_OUT_CHANNELS),
            settings.get(LAYERS_PER_BLOCK),
            Activation.SILU,
            settings.get(LATENT_CHANNELS),
            settings.get(NORM_NUM_GROUPS),
            settings.get(IMAGE_SIZE),
            settings.get(SCALING_FACTOR),
            0,
            settings.get(MID_ATTENTION));
    if (config.sampleSize() % config.reduction() != 0) {
      throw new IllegalArgumentException(
          "autoencoder-kl: image_size must be a multiple of %d for %d block_out_channels, got %d"
              .formatted(config.reduction(), config.channels().size(), config.sampleSize()));
    }
    return new AutoencoderKL(config, initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return List.of(images(settings));
  }

  /** Reconstructions of the images, from the means of their latents. */
  @Override
  public Tensor predict(AutoencoderKL model, Map<String, Tensor> inputs) {
    return new AutoencoderTraining(model, 0).reconstruct(inputs.get("input"));
  }

  @Override
  public List<Capability<AutoencoderKL>> capabilities() {
    return List.of(
        new Capability.LearnImages<>(
            (module, settings, _) -> new AutoencoderTraining(module, settings.get(KL_WEIGHT))),
        new Capability.Reconstruct<>(
            (module, images) -> new AutoencoderTraining(module, 0).reconstruct(images)),
        new Capability.EncodeLatents<>(module -> module));
  }

  @Override
  public WeightNames weightNames(Module module) {
    return AutoencoderKL.weightNames();
  }
}
