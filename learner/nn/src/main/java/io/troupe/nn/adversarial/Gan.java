package io.troupe.nn.adversarial;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Flatten;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.LeakyReLU;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Shape;
import java.util.List;

/**
 * The first generative adversarial network (arXiv:1406.2661), of fully connected layers. In
 * PyTorch:
 *
 * <pre>{@code
 * generator.model = nn.Sequential(
 *     nn.Linear(latent, hidden), nn.LeakyReLU(0.2),
 *     nn.Linear(hidden, 2 * hidden), nn.LeakyReLU(0.2),
 *     nn.Linear(2 * hidden, pixels), nn.Tanh())
 * discriminator.model = nn.Sequential(
 *     nn.Flatten(), nn.Linear(pixels, 2 * hidden), nn.LeakyReLU(0.2),
 *     nn.Linear(2 * hidden, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, 1))   # logits
 * }</pre>
 *
 * @param image (channels, height, width)
 * @param latent size of the noise
 * @param hidden width of the narrow hidden layers
 */
public record Gan(Shape image, int latent, int hidden) {
  private static final Layer ACTIVATION = new LeakyReLU(0.2);

  /** A pair in the current scope, with PyTorch's initial values. */
  public AdversarialPair pair(Initializer initializer) {
    int pixels = Math.toIntExact(image.numel());
    List<Layer> generator =
        List.of(
            linear(latent, hidden, initializer),
            ACTIVATION,
            linear(hidden, 2 * hidden, initializer),
            ACTIVATION,
            linear(2 * hidden, pixels, initializer),
            Activation.TANH);
    List<Layer> discriminator =
        List.of(
            new Flatten(),
            linear(pixels, 2 * hidden, initializer),
            ACTIVATION,
            linear(2 * hidden, hidden, initializer),
            ACTIVATION,
            linear(hidden, 1, initializer));
    return new AdversarialPair(
        new NamedChain("model", generator),
        new NamedChain("model", discriminator),
        Shape.of(latent),
        image);
  }

  private static Layer linear(int in, int out, Initializer initializer) {
    return Linear.of(in, out, true, initializer);
  }
}
