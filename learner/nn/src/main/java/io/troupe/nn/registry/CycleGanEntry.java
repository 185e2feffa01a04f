package io.troupe.nn.registry;

import io.troupe.nn.cyclegan.ChannelNorm;
import io.troupe.nn.cyclegan.CycleGan;
import io.troupe.nn.cyclegan.CycleObjective;
import io.troupe.nn.cyclegan.Direction;
import io.troupe.nn.cyclegan.Discriminator;
import io.troupe.nn.cyclegan.Generator;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** CycleGAN. Names and defaults of the settings are those of the original options. */
public final class CycleGanEntry extends GenerativeEntry<CycleGan> {
  private static final Hyperparameter<Integer> CHANNELS =
      Hyperparameter.whole("in_channels", 3, 1, 4096, "channels of the images");
  private static final Hyperparameter<Integer> NGF =
      Hyperparameter.whole("ngf", 64, 1, 1 << 12, "channels after a generator's first layer");
  private static final Hyperparameter<Integer> NDF =
      Hyperparameter.whole("ndf", 64, 1, 1 << 12, "channels after a discriminator's first layer");
  private static final Hyperparameter<String> GENERATOR =
      Hyperparameter.choice("netG", "resnet", List.of("resnet", "unet"), "layers of generators");
  private static final Hyperparameter<Integer> BLOCKS =
      Hyperparameter.whole("n_blocks", 9, 1, 64, "residual blocks of a resnet generator");
  private static final Hyperparameter<Integer> DOWNS =
      Hyperparameter.whole("num_downs", 8, 5, 12, "times that a unet generator halves images");
  private static final Hyperparameter<String> DISCRIMINATOR =
      Hyperparameter.choice("netD", "basic", List.of("basic", "pixel"), "layers of discriminators");
  private static final Hyperparameter<Integer> LAYERS =
      Hyperparameter.whole("n_layers_D", 3, 1, 8, "halvings of a basic discriminator");
  private static final Hyperparameter<String> NORM =
      Hyperparameter.choice(
          "norm", "instance", List.of("instance", "batch"), "norm after convolutions");
  private static final Hyperparameter<Double> LAMBDA_A =
      Hyperparameter.real("lambda_A", 10, 0, 1e6, "weight of the loss of the cycle A to B to A");
  private static final Hyperparameter<Double> LAMBDA_B =
      Hyperparameter.real("lambda_B", 10, 0, 1e6, "weight of the loss of the cycle B to A to B");
  private static final Hyperparameter<Double> LAMBDA_IDENTITY =
      Hyperparameter.real(
          "lambda_identity", 0.5, 0, 1e6, "weight of the identity loss, times that of the cycle");
  private static final Hyperparameter<Integer> POOL =
      Hyperparameter.whole(
          "pool_size", 50, 0, 1 << 20, "translated images kept for the discriminators");
  private static final Hyperparameter<String> DIRECTION =
      Hyperparameter.choice(
          "direction",
          Direction.A_TO_B.text(),
          List.of(Direction.A_TO_B.text(), Direction.B_TO_A.text()),
          "translation that predict makes");

  /** The entry. */
  CycleGanEntry() {
    super("cyclegan", "CycleGAN: translates images between two domains, trained without pairs");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(
        CHANNELS,
        NGF,
        NDF,
        GENERATOR,
        BLOCKS,
        DOWNS,
        DISCRIMINATOR,
        LAYERS,
        NORM,
        LAMBDA_A,
        LAMBDA_B,
        LAMBDA_IDENTITY,
        POOL,
        DIRECTION);
  }

  @Override
  public CycleGan build(Settings given, Initializer initializer) {
    CycleGan.Architecture architecture =
        new CycleGan.Architecture(
            given.get(CHANNELS),
            given.get(NGF),
            given.get(NDF),
            ChannelNorm.named(given.get(NORM)),
            generator(given),
            given.get(DISCRIMINATOR).equals("pixel")
                ? new Discriminator.Pixels()
                : new Discriminator.Patches(given.get(LAYERS)));
    CycleObjective objective =
        new CycleObjective(
            given.get(LAMBDA_A), given.get(LAMBDA_B), given.get(LAMBDA_IDENTITY), given.get(POOL));
    return new CycleGan(
        architecture, objective, Direction.named(given.get(DIRECTION)), initializer);
  }

  private static Generator generator(Settings given) {
    return given.get(GENERATOR).equals("unet")
        ? new Generator.Unet(given.get(DOWNS))
        : new Generator.Resnet(given.get(BLOCKS));
  }

  @Override
  public List<InputTensor> inputs(Settings given) {
    int multiple = generator(given).multiple();
    return List.of(
        InputTensor.images(
            InputSize.exactly("channels", given.get(CHANNELS)),
            InputSize.multipleOf("height", multiple),
            InputSize.multipleOf("width", multiple)));
  }

  /** Translated images, in [0, 1]. */
  @Override
  public Tensor predict(CycleGan model, Map<String, Tensor> inputs) {
    return model.translate(inputs.get("input"), model.direction());
  }

  @Override
  public List<Capability<CycleGan>> capabilities() {
    return List.of(new Capability.TranslateImages<>(model -> model));
  }
}
