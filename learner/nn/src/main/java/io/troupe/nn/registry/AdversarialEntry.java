package io.troupe.nn.registry;

import io.troupe.nn.adversarial.AdversarialPair;
import io.troupe.nn.adversarial.Dcgan;
import io.troupe.nn.adversarial.Gan;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Generative adversarial networks. {@code predict} generates images of the noise {@code z}. */
public final class AdversarialEntry extends GenerativeEntry<AdversarialPair> {
  private static final String NOISE = "z";
  private static final Hyperparameter<Integer> LATENT =
      Hyperparameter.whole("latent", 100, 1, 1 << 20, "size of the noise");
  private static final Hyperparameter<Integer> HIDDEN =
      Hyperparameter.whole("hidden", 256, 1, 1 << 20, "width of the narrow hidden layers");
  private static final Hyperparameter<Integer> SIZE =
      Hyperparameter.whole(
          "image_size", 64, 8, 1024, "rows and columns: 4 to 7 times a power of two");
  private static final Hyperparameter<Integer> CHANNELS =
      Hyperparameter.whole("in_channels", 3, 1, 4096, "channels of the images");
  private static final Hyperparameter<Integer> NGF =
      Hyperparameter.whole("ngf", 64, 1, 1 << 12, "channels before the generator's last layer");
  private static final Hyperparameter<Integer> NDF =
      Hyperparameter.whole("ndf", 64, 1, 1 << 12, "channels after the discriminator's first layer");

  private final List<Hyperparameter<?>> settings;
  private final BiFunction<Settings, Initializer, AdversarialPair> builder;

  private AdversarialEntry(
      String name,
      String summary,
      List<Hyperparameter<?>> settings,
      BiFunction<Settings, Initializer, AdversarialPair> builder) {
    super(name, summary);
    this.settings = settings;
    this.builder = builder;
  }

  /** The entries {@code gan} and {@code dcgan}. */
  static List<AdversarialEntry> all() {
    return List.of(
        new AdversarialEntry(
            "gan",
            "generative adversarial network of fully connected layers",
            List.of(IN_CHANNELS, IMAGE_SIZE, LATENT, HIDDEN),
            (given, initializer) ->
                new Gan(image(given), given.get(LATENT), given.get(HIDDEN)).pair(initializer)),
        new AdversarialEntry(
            "dcgan",
            "generative adversarial network of convolutions",
            List.of(CHANNELS, SIZE, LATENT, NGF, NDF),
            (given, initializer) ->
                new Dcgan(
                        given.get(CHANNELS),
                        given.get(SIZE),
                        given.get(LATENT),
                        given.get(NGF),
                        given.get(NDF))
                    .pair(initializer)));
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return settings;
  }

  @Override
  public AdversarialPair build(Settings given, Initializer initializer) {
    return builder.apply(given, initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings given) {
    return List.of(
        InputTensor.floats(
            NOISE, InputSize.any("batch"), InputSize.exactly("latent", given.get(LATENT))));
  }

  /** Images of noise, in [0, 1]. */
  @Override
  public Tensor predict(AdversarialPair model, Map<String, Tensor> inputs) {
    Tensor noise = inputs.get(NOISE);
    return model.generate(noise.reshape(model.noise().prepend(noise.size(0)))).add(1).mul(0.5);
  }

  @Override
  public List<Capability<AdversarialPair>> capabilities() {
    return List.of(
        new Capability.LearnAdversarially<>(model -> model),
        new Capability.SampleImages<>((model, _, _) -> model, Optional.empty(), Optional.empty()));
  }
}
