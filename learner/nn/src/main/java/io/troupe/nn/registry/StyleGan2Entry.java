package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.stylegan2.Noise;
import io.troupe.nn.stylegan2.StyleGan2;
import io.troupe.nn.stylegan2.StyleObjective;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** StyleGAN2. {@code predict} generates images of the noise {@code z}, without noise in layers. */
public final class StyleGan2Entry extends GenerativeEntry<StyleGan2> {
  private static final String NOISE = "z";
  private static final String LABEL = "label";
  private static final List<String> CONNECTIONS = List.of("skip", "resnet");
  private static final Hyperparameter<Integer> CHANNELS =
      Hyperparameter.whole("in_channels", 3, 1, 4096, "channels of the images");
  private static final Hyperparameter<Integer> SIZE =
      Hyperparameter.whole(
          "image_size", 64, 8, 1024, "rows and columns: 4 to 7 times a power of two");
  private static final Hyperparameter<Integer> Z_DIM =
      Hyperparameter.whole("z_dim", 512, 1, 1 << 16, "size of the noise");
  private static final Hyperparameter<Integer> W_DIM =
      Hyperparameter.whole("w_dim", 512, 1, 1 << 16, "size of latent vectors");
  private static final Hyperparameter<Integer> C_DIM =
      Hyperparameter.whole("c_dim", 0, 0, 1 << 16, "labels that images depend on; 0 for none");
  private static final Hyperparameter<Integer> MAPPING =
      Hyperparameter.whole("mapping_layers", 8, 1, 32, "layers of mapping networks");
  private static final Hyperparameter<Integer> BASE =
      Hyperparameter.whole(
          "channel_base", 32_768, 8, 1 << 20, "features of a block times the rows of its images");
  private static final Hyperparameter<Integer> MAX =
      Hyperparameter.whole("channel_max", 512, 1, 1 << 14, "most features of a block");
  private static final Hyperparameter<String> G_CONNECTIONS =
      Hyperparameter.choice("g_architecture", "skip", CONNECTIONS, "blocks of the generator");
  private static final Hyperparameter<String> D_CONNECTIONS =
      Hyperparameter.choice("d_architecture", "resnet", CONNECTIONS, "blocks of the discriminator");
  private static final Hyperparameter<Integer> GROUP =
      Hyperparameter.whole(
          "mbstd_group_size", 4, 1, 1 << 16, "images whose deviation the discriminator sees");
  private static final Hyperparameter<Double> GAMMA =
      Hyperparameter.real("r1_gamma", 10, 0, 1e6, "weight of R1 regularization");
  private static final Hyperparameter<Integer> D_INTERVAL =
      Hyperparameter.whole("d_reg_interval", 16, 1, 1 << 20, "steps per R1 regularization");
  private static final Hyperparameter<Double> PL_WEIGHT =
      Hyperparameter.real("pl_weight", 2, 0, 1e6, "weight of path length regularization");
  private static final Hyperparameter<Integer> G_INTERVAL =
      Hyperparameter.whole("g_reg_interval", 4, 1, 1 << 20, "steps per path length regularization");
  private static final Hyperparameter<Double> MIXING =
      Hyperparameter.real("style_mixing_prob", 0.9, 0, 1, "probability of style mixing");
  private static final Hyperparameter<Double> PSI =
      Hyperparameter.real("truncation_psi", 1, 0, 1, "truncation of samples; 1 for none");
  private static final double PL_DECAY = 0.01;
  private static final int PL_SHRINK = 2;

  /** The entry. */
  StyleGan2Entry() {
    super("stylegan2", "StyleGAN2: a generative adversarial network with a style for each layer");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(
        CHANNELS,
        SIZE,
        Z_DIM,
        W_DIM,
        C_DIM,
        MAPPING,
        BASE,
        MAX,
        G_CONNECTIONS,
        D_CONNECTIONS,
        GROUP,
        GAMMA,
        D_INTERVAL,
        PL_WEIGHT,
        G_INTERVAL,
        MIXING,
        PSI);
  }

  @Override
  public StyleGan2 build(Settings given, Initializer initializer) {
    StyleGan2.Architecture architecture =
        new StyleGan2.Architecture(
            given.get(CHANNELS),
            given.get(SIZE),
            given.get(Z_DIM),
            given.get(W_DIM),
            given.get(C_DIM),
            given.get(MAPPING),
            given.get(MAPPING),
            given.get(BASE),
            given.get(MAX),
            StyleGan2.Connections.named(given.get(G_CONNECTIONS)),
            StyleGan2.Connections.named(given.get(D_CONNECTIONS)),
            0,
            0,
            given.get(GROUP),
            1);
    return new StyleGan2(architecture, given.get(PSI), initializer);
  }

  private static StyleObjective objective(Settings given) {
    return new StyleObjective(
        given.get(GAMMA),
        given.get(D_INTERVAL),
        given.get(PL_WEIGHT),
        PL_DECAY,
        PL_SHRINK,
        given.get(G_INTERVAL),
        given.get(MIXING));
  }

  @Override
  public List<InputTensor> inputs(Settings given) {
    List<InputTensor> inputs = new ArrayList<>();
    inputs.add(
        InputTensor.floats(
            NOISE, InputSize.any("batch"), InputSize.exactly("z_dim", given.get(Z_DIM))));
    if (given.get(C_DIM) > 0) {
      inputs.add(InputTensor.integers(LABEL, InputSize.any("batch")));
    }
    return inputs;
  }

  /** Images of noise, in [0, 1]. */
  @Override
  public Tensor predict(StyleGan2 model, Map<String, Tensor> inputs) {
    int[] labels = inputs.containsKey(LABEL) ? inputs.get(LABEL).toInts() : new int[0];
    return model.generate(inputs.get(NOISE), labels, new Noise.None());
  }

  @Override
  public List<Capability<StyleGan2>> capabilities() {
    return List.of(
        new Capability.LearnStyles<>(model -> model, StyleGan2Entry::objective),
        new Capability.SampleImages<>(
            (model, _, _) -> model, Optional.of(C_DIM), Optional.empty()));
  }
}
