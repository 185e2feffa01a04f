package io.troupe.nn.registry;

import io.troupe.nn.diffusers.ControlNetConfig;
import io.troupe.nn.diffusers.ControlNetModel;
import io.troupe.nn.diffusers.TextContext;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The entry of ControlNets, with the sizes of Stable Diffusion. */
public final class ControlNetEntry implements ModelEntry<ControlNetModel> {
  private static final Hyperparameter<Integer> CONDITIONING_CHANNELS =
      Hyperparameter.whole("conditioning_channels", 3, 1, 1024, "channels of the condition");
  private static final Hyperparameter<List<Integer>> CONDITIONING_EMBEDDING =
      Hyperparameter.wholes(
          "conditioning_embedding_out_channels",
          "16,32,96,256",
          1,
          1 << 16,
          "channels of the layers over the condition, which is halved between; it must end with"
              + " the size of the latents");

  @Override
  public String name() {
    return "controlnet";
  }

  @Override
  public Family family() {
    return Family.IMAGES_AND_TEXT;
  }

  @Override
  public String summary() {
    return "ControlNet: makes a trained latent diffusion follow an image, as diffusers'"
        + " ControlNetModel";
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    List<Hyperparameter<?>> all = new ArrayList<>(LatentDiffusionEntry.SIZES);
    all.add(CONDITIONING_CHANNELS);
    all.add(CONDITIONING_EMBEDDING);
    return List.copyOf(all);
  }

  @Override
  public ControlNetModel build(Settings settings, Initializer initializer) {
    return new ControlNetModel(
        new ControlNetConfig(
            LatentDiffusionEntry.config(settings),
            settings.get(CONDITIONING_CHANNELS),
            settings.get(CONDITIONING_EMBEDDING)),
        initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    int halvings = settings.get(CONDITIONING_EMBEDDING).size() - 1;
    int size = settings.get(LatentDiffusionEntry.SAMPLE_SIZE) << halvings;
    List<InputTensor> inputs = new ArrayList<>(LatentDiffusionEntry.noisedInputs(settings));
    inputs.add(
        InputTensor.floats(
            "controlnet_cond",
            InputSize.any("batch"),
            InputSize.exactly("channels", settings.get(CONDITIONING_CHANNELS)),
            InputSize.exactly("height", size),
            InputSize.exactly("width", size)));
    return List.copyOf(inputs);
  }

  /** The tensor that is added to the middle of the network. */
  @Override
  public Tensor predict(ControlNetModel model, Map<String, Tensor> inputs) {
    return model
        .forward(
            inputs.get("input"),
            inputs.get("timestep").toDoubles(),
            TextContext.of(inputs.get("encoder_hidden_states")),
            inputs.get("controlnet_cond"),
            1)
        .middle();
  }

  @Override
  public List<Capability<ControlNetModel>> capabilities() {
    return List.of(new Capability.ControlLatents<>(model -> model));
  }
}
