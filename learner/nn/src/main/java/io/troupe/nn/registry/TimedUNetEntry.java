package io.troupe.nn.registry;

import io.troupe.nn.diffusers.UNet2DConfig;
import io.troupe.nn.diffusers.UNet2DModel;
import io.troupe.nn.generative.Guidance;
import io.troupe.nn.generative.TimedNetwork;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The common part of diffusion and flow matching: the U-Net of diffusers, with residual blocks,
 * group norms, attention, and embeddings of time and labels.
 */
abstract class TimedUNetEntry extends GenerativeEntry<UNet2DModel> {
  static final Hyperparameter<Integer> NUM_CLASSES =
      Hyperparameter.whole("num_classes", 10, 0, 1 << 20, "number of labels; 0 for none");
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
  private static final Hyperparameter<Double> LABEL_DROPOUT =
      Hyperparameter.real("label_dropout", 0.1, 0, 1, "fraction of labels hidden in training");
  private static final Hyperparameter<Double> GUIDANCE =
      Hyperparameter.real(
          "guidance", 2, 0, 100, "classifier-free guidance scale; 1: no extrapolation");

  TimedUNetEntry(String name, String summary) {
    super(name, summary);
  }

  static List<Hyperparameter<?>> with(Hyperparameter<?>... more) {
    List<Hyperparameter<?>> all =
        new ArrayList<>(
            List.of(
                IN_CHANNELS,
                IMAGE_SIZE,
                BLOCK_OUT_CHANNELS,
                AutoencoderKLEntry.LAYERS_PER_BLOCK,
                ATTENTION_LEVELS,
                ATTENTION_HEAD_DIM,
                AutoencoderKLEntry.NORM_NUM_GROUPS,
                NUM_CLASSES,
                LABEL_DROPOUT,
                GUIDANCE));
    all.addAll(List.of(more));
    return List.copyOf(all);
  }

  static Guidance guidance(Settings settings) {
    return new Guidance(settings.get(LABEL_DROPOUT), settings.get(GUIDANCE));
  }

  /** The class embedding has a last row for images without a label. */
  @Override
  public final UNet2DModel build(Settings settings, Initializer initializer) {
    List<Integer> channels = settings.get(BLOCK_OUT_CHANNELS);
    requireHalves(settings.get(IMAGE_SIZE), channels);
    int plain = Math.max(0, channels.size() - settings.get(ATTENTION_LEVELS));
    List<String> down = new ArrayList<>();
    List<String> up = new ArrayList<>();
    for (int level = 0; level < channels.size(); level++) {
      down.add(level < plain ? UNet2DConfig.PLAIN_DOWN : UNet2DConfig.ATTENTION_DOWN);
      up.addFirst(level < plain ? UNet2DConfig.PLAIN_UP : UNet2DConfig.ATTENTION_UP);
    }
    int classes = settings.get(NUM_CLASSES);
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

  private void requireHalves(int imageSize, List<Integer> channels) {
    int multiple = 1 << (channels.size() - 1);
    if (imageSize % multiple != 0) {
      throw new IllegalArgumentException(
          "%s: image_size must be a multiple of %d for the %d levels of block_out_channels, got %d"
              .formatted(name(), multiple, channels.size(), imageSize));
    }
  }

  /** Noised images in [-1, 1], the time of each, and the label of each if there are labels. */
  @Override
  public final List<InputTensor> inputs(Settings settings) {
    InputTensor timestep = InputTensor.numbers("timestep", InputSize.any("batch"));
    if (settings.get(NUM_CLASSES) == 0) {
      return List.of(images(settings), timestep);
    }
    InputTensor label = InputTensor.integers("label", InputSize.any("batch")).optional();
    return List.of(images(settings), timestep, label);
  }

  /** The prediction of the network, without guidance. */
  @Override
  public final Tensor predict(UNet2DModel model, Map<String, Tensor> inputs) {
    Tensor x = inputs.get("input");
    Tensor label = inputs.get("label");
    double[] timesteps = inputs.get("timestep").toDoubles();
    int[] labels = label == null ? new int[0] : label.toInts();
    if (timesteps.length != x.size(0) || labels.length != 0 && labels.length != x.size(0)) {
      throw new IllegalArgumentException(
          "%s: timestep, and label if given, must have one value for each of %d images, got %d and %d"
              .formatted(name(), x.size(0), timesteps.length, labels.length));
    }
    return network(model).forward(x, timesteps, labels);
  }

  /** The network of a model. */
  static TimedNetwork network(UNet2DModel model) {
    int numRows = model.config().numClasses();
    return (x, timesteps, labels) ->
        model.forward(
            x, timesteps, numRows == 0 ? new int[0] : rows(labels, x.size(0), numRows - 1));
  }

  /** The row of each label in the class embedding. */
  private static int[] rows(int[] labels, int batch, int numClasses) {
    int[] given = labels;
    if (labels.length == 0) {
      given = new int[batch];
      Arrays.fill(given, TimedNetwork.NO_LABEL);
    }
    return Arrays.stream(given).map(label -> row(label, numClasses)).toArray();
  }

  private static int row(int label, int numClasses) {
    if (label < TimedNetwork.NO_LABEL || label >= numClasses) {
      throw new IllegalArgumentException(
          "label must be from 0 to %d, got %d".formatted(numClasses - 1, label));
    }
    return label == TimedNetwork.NO_LABEL ? numClasses : label;
  }
}
