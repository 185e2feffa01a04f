package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.vision.UNet;
import io.troupe.nn.vision.UNetConfig;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** The entry of the U-Net for segmentation. */
public final class UNetEntry implements ModelEntry<UNet> {
  private static final Hyperparameter<Integer> IN_CHANNELS =
      Hyperparameter.whole("in_channels", 3, 1, 4096, "channels of the images");
  private static final Hyperparameter<Integer> OUT_CHANNELS =
      Hyperparameter.whole("out_channels", 1, 1, 4096, "logits of each pixel");
  private static final Hyperparameter<Integer> BASE =
      Hyperparameter.whole("base", 32, 1, 4096, "channels of the first level");
  private static final Hyperparameter<Integer> DEPTH =
      Hyperparameter.whole("depth", 3, 1, 6, "number of times that images are halved");
  private static final Hyperparameter<String> NORM =
      Hyperparameter.choice("norm", "batch", List.of("batch", "group"), "norm of the blocks");

  @Override
  public String name() {
    return "unet";
  }

  @Override
  public Family family() {
    return Family.VISION;
  }

  @Override
  public String summary() {
    return "U-Net: a logit for each pixel and class (segmentation)";
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(IN_CHANNELS, OUT_CHANNELS, BASE, DEPTH, NORM);
  }

  @Override
  public UNet build(Settings settings, Initializer initializer) {
    return new UNet(config(settings), initializer);
  }

  private static UNetConfig config(Settings settings) {
    return UNetConfig.of(
            settings.get(IN_CHANNELS),
            settings.get(OUT_CHANNELS),
            settings.get(BASE),
            settings.get(DEPTH))
        .withNorm(UNetConfig.Norm.named(settings.get(NORM)));
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    int multiple = config(settings).multiple();
    return List.of(
        InputTensor.images(
            InputSize.exactly("channels", settings.get(IN_CHANNELS)),
            InputSize.multipleOf("height", multiple),
            InputSize.multipleOf("width", multiple)));
  }

  @Override
  public List<Capability<UNet>> capabilities() {
    return List.of(new Capability.Classify<>((model, input) -> List.of(model.forward(input))));
  }

  @Override
  public Tensor predict(UNet model, Map<String, Tensor> inputs) {
    return model.forward(inputs.get("input"));
  }
}
