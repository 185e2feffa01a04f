package io.troupe.nn.registry;

import io.troupe.nn.generative.Vae;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The entry of the variational autoencoder. */
public final class VaeEntry extends GenerativeEntry<Vae> {
  private static final Hyperparameter<Integer> HIDDEN =
      Hyperparameter.whole("hidden", 400, 1, 1 << 20, "width of the hidden layers");
  private static final Hyperparameter<Integer> LATENT =
      Hyperparameter.whole("latent", 20, 1, 1 << 20, "size of the latent vector");

  /** The entry named {@code vae}. */
  public VaeEntry() {
    super("vae", "variational autoencoder: encodes images as latent vectors and samples new ones");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(IN_CHANNELS, IMAGE_SIZE, HIDDEN, LATENT);
  }

  @Override
  public Vae build(Settings settings, Initializer initializer) {
    return new Vae(image(settings), settings.get(HIDDEN), settings.get(LATENT), initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return List.of(images(settings));
  }

  /** Reconstructions of the images, from the means of their latent numbers. */
  @Override
  public Tensor predict(Vae model, Map<String, Tensor> inputs) {
    return model.reconstruct(inputs.get("input"));
  }

  @Override
  public List<Capability<Vae>> capabilities() {
    return List.of(
        new Capability.LearnImages<>((module, _, _) -> module),
        new Capability.Reconstruct<>((module, images) -> module.reconstruct(images)),
        new Capability.Embed<>((module, images) -> module.encode(images).mean()),
        new Capability.SampleImages<>(
            (module, _, _) -> module, Optional.empty(), Optional.empty()));
  }
}
