package io.troupe.nn.registry;

import io.troupe.nn.generative.Guidance;
import io.troupe.nn.generative.TimedNetwork;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.vision.UNet;
import io.troupe.nn.vision.UNetConfig;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The common part of diffusion and flow matching: a U-Net with time and label embeddings. */
abstract class TimedUNetEntry extends GenerativeEntry<UNet> {
  static final Hyperparameter<Integer> BASE =
      Hyperparameter.whole("base", 32, 1, 4096, "channels of the first level");
  static final Hyperparameter<Integer> DEPTH =
      Hyperparameter.whole("depth", 2, 1, 6, "number of times that images are halved");
  static final Hyperparameter<String> NORM =
      Hyperparameter.choice("norm", "group", List.of("group", "batch"), "norm of the blocks");
  static final Hyperparameter<Integer> TIME_DIM =
      Hyperparameter.whole("time_dim", 128, 1, 1 << 16, "width of the time embedding");
  static final Hyperparameter<Integer> NUM_CLASSES =
      Hyperparameter.whole("num_classes", 10, 0, 1 << 20, "number of labels; 0 for none");
  static final Hyperparameter<Double> LABEL_DROPOUT =
      Hyperparameter.real("label_dropout", 0.1, 0, 1, "fraction of labels hidden in training");
  static final Hyperparameter<Double> GUIDANCE =
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
                BASE,
                DEPTH,
                NORM,
                TIME_DIM,
                NUM_CLASSES,
                LABEL_DROPOUT,
                GUIDANCE));
    all.addAll(List.of(more));
    return List.copyOf(all);
  }

  static Guidance guidance(Settings settings) {
    return new Guidance(settings.get(LABEL_DROPOUT), settings.get(GUIDANCE));
  }

  @Override
  public final UNet build(Settings settings, Initializer initializer) {
    int channels = settings.get(IN_CHANNELS);
    UNetConfig config =
        UNetConfig.of(channels, channels, settings.get(BASE), settings.get(DEPTH))
            .withNorm(UNetConfig.Norm.named(settings.get(NORM)))
            .withTime(settings.get(TIME_DIM), settings.get(NUM_CLASSES));
    int size = settings.get(IMAGE_SIZE);
    if (size % config.multiple() != 0) {
      throw new IllegalArgumentException(
          name()
              + ": image_size must be a multiple of "
              + config.multiple()
              + " for depth="
              + config.depth()
              + ", got "
              + size);
    }
    return new UNet(config, initializer);
  }

  /** Noised images in [-1, 1], the time of each, and the label of each if there are labels. */
  @Override
  public final List<InputTensor> inputs(Settings settings) {
    return timedInputs(settings);
  }

  /** The inputs of any network with these settings. */
  static List<InputTensor> timedInputs(Settings settings) {
    InputTensor timestep = InputTensor.numbers("timestep", InputSize.any("batch"));
    if (settings.get(NUM_CLASSES) == 0) {
      return List.of(images(settings), timestep);
    }
    InputTensor label = InputTensor.integers("label", InputSize.any("batch")).optional();
    return List.of(images(settings), timestep, label);
  }

  /** The prediction of the network, without guidance. */
  @Override
  public final Tensor predict(UNet model, Map<String, Tensor> inputs) {
    return predict(name(), model::forward, inputs);
  }

  /** The prediction of any network with these inputs. */
  static Tensor predict(String name, TimedNetwork network, Map<String, Tensor> inputs) {
    Tensor x = inputs.get("input");
    Tensor label = inputs.get("label");
    double[] timesteps = inputs.get("timestep").toDoubles();
    int[] labels = label == null ? new int[0] : label.toInts();
    if (timesteps.length != x.size(0) || labels.length != 0 && labels.length != x.size(0)) {
      throw new IllegalArgumentException(
          name
              + ": timestep, and label if given, must have one value for each of "
              + x.size(0)
              + " images, got "
              + timesteps.length
              + " and "
              + labels.length);
    }
    return network.forward(x, timesteps, labels);
  }
}
