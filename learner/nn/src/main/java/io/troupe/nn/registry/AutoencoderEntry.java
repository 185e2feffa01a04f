package io.troupe.nn.registry;

import io.troupe.nn.generative.Autoencoder;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** The entry of the autoencoder. */
public final class AutoencoderEntry extends GenerativeEntry<Autoencoder> {
  private static final Hyperparameter<Integer> HIDDEN =
      Hyperparameter.whole("hidden", 256, 1, 1 << 20, "width of the hidden layers");
  private static final Hyperparameter<Integer> LATENT =
      Hyperparameter.whole("latent", 32, 1, 1 << 20, "size of the latent vector");

  /** The entry named {@code autoencoder}. */
  public AutoencoderEntry() {
    super("autoencoder", "autoencoder: encodes an image as a latent vector and reconstructs it");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(IN_CHANNELS, IMAGE_SIZE, HIDDEN, LATENT);
  }

  @Override
  public Autoencoder build(Settings settings, Initializer initializer) {
    return new Autoencoder(
        image(settings), settings.get(HIDDEN), settings.get(LATENT), initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return List.of(images(settings));
  }

  /** Reconstructions of the images. */
  @Override
  public Tensor predict(Autoencoder model, Map<String, Tensor> inputs) {
    return model.forward(inputs.get("input"));
  }

  @Override
  public List<Capability<Autoencoder>> capabilities() {
    return List.of(
        new Capability.LearnImages<>((module, _, _) -> module),
        new Capability.Reconstruct<>((module, images) -> module.forward(images)),
        new Capability.Embed<>((module, images) -> module.encode(images)));
  }
}
