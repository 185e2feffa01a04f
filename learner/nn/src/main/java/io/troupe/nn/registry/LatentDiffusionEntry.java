package io.troupe.nn.registry;

import io.troupe.nn.diffusers.TextContext;
import io.troupe.nn.diffusers.UNet2DConditionConfig;
import io.troupe.nn.diffusers.UNet2DConditionModel;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** The entry of the denoising network of latent diffusion, with the sizes of Stable Diffusion. */
public final class LatentDiffusionEntry implements ModelEntry<UNet2DConditionModel> {
  static final Hyperparameter<Integer> SAMPLE_SIZE =
      Hyperparameter.whole("sample_size", 64, 1, 4096, "rows and columns of the latents");
  private static final Hyperparameter<Integer> IN_CHANNELS =
      Hyperparameter.whole("in_channels", 4, 1, 1024, "channels of the latents");
  private static final Hyperparameter<List<Integer>> BLOCK_OUT_CHANNELS =
      Hyperparameter.wholes(
          "block_out_channels",
          "320,640,1280,1280",
          1,
          1 << 16,
          "channels of each level; latents are halved between");
  private static final Hyperparameter<List<String>> DOWN_BLOCK_TYPES =
      Hyperparameter.choices(
          "down_block_types",
          "CrossAttnDownBlock2D,CrossAttnDownBlock2D,CrossAttnDownBlock2D,DownBlock2D",
          List.of(UNet2DConditionConfig.CROSS_DOWN, UNet2DConditionConfig.PLAIN_DOWN),
          "type of each level, with or without attention");
  private static final Hyperparameter<Integer> LAYERS_PER_BLOCK =
      Hyperparameter.whole("layers_per_block", 2, 1, 16, "residual blocks of each level");
  private static final Hyperparameter<Integer> NORM_NUM_GROUPS =
      Hyperparameter.whole("norm_num_groups", 32, 1, 1024, "groups of the norms");
  private static final Hyperparameter<Integer> CROSS_ATTENTION_DIM =
      Hyperparameter.whole(
          "cross_attention_dim", 768, 1, 1 << 16, "hidden_size of the text encoder");
  private static final Hyperparameter<Integer> ATTENTION_HEAD_DIM =
      Hyperparameter.whole(
          "attention_head_dim", 8, 1, 1024, "number of attention heads, as diffusers names it");

  /** The settings of the network and of the ControlNets that have its sizes. */
  static final List<Hyperparameter<?>> SIZES =
      List.of(
          SAMPLE_SIZE,
          IN_CHANNELS,
          BLOCK_OUT_CHANNELS,
          DOWN_BLOCK_TYPES,
          LAYERS_PER_BLOCK,
          NORM_NUM_GROUPS,
          CROSS_ATTENTION_DIM,
          ATTENTION_HEAD_DIM);

  @Override
  public String name() {
    return "latent-diffusion";
  }

  @Override
  public Family family() {
    return Family.IMAGES_AND_TEXT;
  }

  @Override
  public String summary() {
    return "latent diffusion by texts, on diffusers' UNet2DConditionModel (Stable Diffusion 1.5)";
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return SIZES;
  }

  /** The sizes of a network with some settings. */
  static UNet2DConditionConfig config(Settings settings) {
    return UNet2DConditionConfig.of(
        settings.get(SAMPLE_SIZE),
        settings.get(IN_CHANNELS),
        settings.get(DOWN_BLOCK_TYPES),
        settings.get(BLOCK_OUT_CHANNELS),
        settings.get(LAYERS_PER_BLOCK),
        settings.get(NORM_NUM_GROUPS),
        settings.get(CROSS_ATTENTION_DIM),
        settings.get(ATTENTION_HEAD_DIM));
  }

  @Override
  public UNet2DConditionModel build(Settings settings, Initializer initializer) {
    return new UNet2DConditionModel(config(settings), initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return noisedInputs(settings);
  }

  /** Noised latents, the time of each, and the hidden states of the text of each. */
  static List<InputTensor> noisedInputs(Settings settings) {
    return List.of(
        InputTensor.images(
            InputSize.exactly("channels", settings.get(IN_CHANNELS)),
            InputSize.exactly("height", settings.get(SAMPLE_SIZE)),
            InputSize.exactly("width", settings.get(SAMPLE_SIZE))),
        InputTensor.numbers("timestep", InputSize.any("batch")),
        InputTensor.floats(
            "encoder_hidden_states",
            InputSize.any("batch"),
            InputSize.any("length"),
            InputSize.exactly("features", settings.get(CROSS_ATTENTION_DIM))));
  }

  /** The predicted noise, without guidance. */
  @Override
  public Tensor predict(UNet2DConditionModel model, Map<String, Tensor> inputs) {
    return model.forward(
        inputs.get("input"),
        inputs.get("timestep").toDoubles(),
        TextContext.of(inputs.get("encoder_hidden_states")));
  }

  @Override
  public List<Capability<UNet2DConditionModel>> capabilities() {
    return List.of(new Capability.DenoiseLatents<>(model -> model));
  }

  /**
   * The settings of a network, by name.
   *
   * @throws IllegalArgumentException if the network has settings that these do not express
   */
  public static Map<String, String> settingsOf(UNet2DConditionConfig config) {
    Map<String, String> values =
        Map.of(
            SAMPLE_SIZE.name(), Integer.toString(config.sampleSize()),
            IN_CHANNELS.name(), Integer.toString(config.inChannels()),
            BLOCK_OUT_CHANNELS.name(), joined(config.channels()),
            DOWN_BLOCK_TYPES.name(), joined(config.downTypes()),
            LAYERS_PER_BLOCK.name(), Integer.toString(config.layersPerBlock()),
            NORM_NUM_GROUPS.name(), Integer.toString(config.numGroups()),
            CROSS_ATTENTION_DIM.name(), Integer.toString(config.crossAttentionDim()),
            ATTENTION_HEAD_DIM.name(), Integer.toString(config.numHeads().getFirst()));
    UNet2DConditionConfig expressed = config(Settings.of("unet", SIZES, values));
    if (!expressed.equals(config)) {
      throw new IllegalArgumentException(
          "the unet must have the settings of Stable Diffusion 1.5 except for %s, got %s"
              .formatted(String.join(", ", values.keySet().stream().sorted().toList()), config));
    }
    return values;
  }

  private static String joined(List<?> values) {
    return String.join(",", values.stream().map(Object::toString).toList());
  }
}
