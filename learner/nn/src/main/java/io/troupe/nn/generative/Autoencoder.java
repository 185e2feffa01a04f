package io.troupe.nn.generative;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Sequential;
import io.troupe.nn.losses.MSELoss;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * An autoencoder (Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural
 * networks") with one hidden layer in encoder and decoder, trained with the mean squared error of
 * the reconstruction. PyTorch's initial values. In PyTorch, for images of 28 x 28:
 *
 * <pre>{@code
 * class Autoencoder(nn.Module):
 *     def __init__(self):
 *         super().__init__()
 *         self.encoder = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 32))
 *         self.decoder = nn.Sequential(nn.Linear(32, 256), nn.ReLU(), nn.Linear(256, 784))
 *     def forward(self, x):
 *         return torch.sigmoid(self.decoder(self.encoder(x.flatten(1)))).view_as(x)
 * }</pre>
 */
public final class Autoencoder extends Module implements Layer, UnsupervisedLoss {
  private final Sequential encoder;
  private final Sequential decoder;

  /**
   * An autoencoder.
   *
   * @param image the shape of an image, (channels, height, width)
   * @param hidden width of the hidden layers
   * @param latent size of the latent vector
   */
  public Autoencoder(Shape image, int hidden, int latent, Initializer initializer) {
    int pixels = Math.toIntExact(image.numel());
    this.encoder =
        child(
            "encoder",
            Sequential.of(
                Linear.of(pixels, hidden, true, initializer),
                Activation.RELU,
                Linear.of(hidden, latent, true, initializer)));
    this.decoder =
        child(
            "decoder",
            Sequential.of(
                Linear.of(latent, hidden, true, initializer),
                Activation.RELU,
                Linear.of(hidden, pixels, true, initializer)));
  }

  /** Encodes images: (batch, channels, height, width) to (batch, latent). */
  public Tensor encode(Tensor images) {
    return encoder.forward(images.reshape(images.size(0), -1));
  }

  /** Reconstructs images in [0, 1]; the first dimension is the batch. */
  @Override
  public Tensor forward(Tensor images) {
    Tensor decoded = decoder.forward(encode(images));
    return Activation.SIGMOID.forward(decoded).reshape(images.shape());
  }

  @Override
  public Tensor loss(Tensor images, int[] labels, Philox generator) {
    return MSELoss.of().forward(forward(images), images);
  }
}
