package io.troupe.nn.registry;

import io.troupe.nn.diffusers.UNet2DConfig;
import io.troupe.nn.diffusers.UNet2DModel;
import io.troupe.nn.generative.TimedNetwork;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The entry of denoising diffusion on the U-Net of diffusers. */
public final class UNet2DEntry extends GenerativeEntry<UNet2DModel> {
  private static final Hyperparameter<List<Integer>> BLOCK_OUT_CHANNELS =
      Hyperparameter.wholes(
          "block_out_channels",
          "32,64,64",
          1,
          4096,
          "channels of each level; images are halved between");
  private static final Hyperparameter<Integer> ATTENTION_LEVELS =
      Hyperparameter.whole("attention_levels", 1, 0, 16, "number of lowest levels with attention");
  private static final Hyperparameter<Integer> ATTENTION_HEAD_DIM =
      Hyperparameter.whole("attention_head_dim", 8, 1, 1024, "features of an attention head");

  /** The entry named {@code unet2d}. */
  public UNet2DEntry() {
    super(
        "unet2d",
        "denoising diffusion on diffusers' UNet2DModel, with residual blocks, group norms and"
            + " attention");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(
        IN_CHANNELS,
        IMAGE_SIZE,
        BLOCK_OUT_CHANNELS,
        AutoencoderKLEntry.LAYERS_PER_BLOCK,
        ATTENTION_LEVELS,
        ATTENTION_HEAD_DIM,
        AutoencoderKLEntry.NORM_NUM_GROUPS,
        TimedUNetEntry.NUM_CLASSES,
        TimedUNetEntry.LABEL_DROPOUT,
        TimedUNetEntry.GUIDANCE,
        DiffusionEntry.TIMESTEPS,
        DiffusionEntry.SCHEDULE,
        DiffusionEntry.SAMPLER,
        DiffusionEntry.SAMPLE_STEPS,
        DiffusionEntry.ETA);
  }

  /** The class embedding has a last row for images without a label. */
  @Override
  public UNet2DModel build(Settings settings, Initializer initializer) {
    List<Integer> channels = settings.get(BLOCK_OUT_CHANNELS);
    int attended = Math.min(settings.get(ATTENTION_LEVELS), channels.size());
    List<String> down = new ArrayList<>();
    List<String> up = new ArrayList<>();
    for (int level = 0; level < channels.size(); level++) {
      boolean isAttended = level >= channels.size() - attended;
      down.add(isAttended ? UNet2DConfig.ATTENTION_DOWN : UNet2DConfig.PLAIN_DOWN);
      up.addFirst(isAttended ? UNet2DConfig.ATTENTION_UP : UNet2DConfig.PLAIN_UP);
    }
    int classes = settings.get(TimedUNetEntry.NUM_CLASSES);
    UNet2DConfig config =
        UNet2DConfig.of(
            settings.get(IN_CHANNELS),
            down,
            up,
            channels,
            settings.get(AutoencoderKLEntry.LAYERS_PER_BLOCK),
            settings.get(ATTENTION_HEAD_DIM),
            settings.get(AutoencoderKLEntry.NORM_NUM_GROUPS),
            classes == 0 ? 0 : classes + 1);
    return new UNet2DModel(config, initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return TimedUNetEntry.timedInputs(settings);
  }

  /** The prediction of the network, without guidance. */
  @Override
  public Tensor predict(UNet2DModel model, Map<String, Tensor> inputs) {
    return TimedUNetEntry.predict(name(), network(model), inputs);
  }

  @Override
  public List<Capability<UNet2DModel>> capabilities() {
    return List.of(
        new Capability.LearnImages<>(
            (module, settings, dtype) ->
                DiffusionEntry.diffusion(network(module), settings, dtype)),
        new Capability.SampleImages<>(
            (module, settings, dtype) -> DiffusionEntry.diffusion(network(module), settings, dtype),
            Optional.of(TimedUNetEntry.NUM_CLASSES),
            Optional.of(DiffusionEntry.SAMPLER)));
  }

  private static TimedNetwork network(UNet2DModel model) {
    int rows = model.config().numClasses();
    return (x, timesteps, labels) -> model.forward(x, timesteps, rows(labels, x.size(0), rows));
  }

  /** The row of each label; the last row is for images without a label. */
  private static int[] rows(int[] labels, int batch, int numRows) {
    if (numRows == 0) {
      return new int[0];
    }
    int[] given = labels;
    if (labels.length == 0) {
      given = new int[batch];
      Arrays.fill(given, TimedNetwork.NO_LABEL);
    }
    return Arrays.stream(given)
        .map(
            label -> {
              if (label < TimedNetwork.NO_LABEL || label >= numRows - 1) {
                throw new IllegalArgumentException(
                    "label must be from 0 to %d, got %d".formatted(numRows - 2, label));
              }
              return label == TimedNetwork.NO_LABEL ? numRows - 1 : label;
            })
        .toArray();
  }
}
