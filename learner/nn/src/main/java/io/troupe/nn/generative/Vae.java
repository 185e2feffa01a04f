package io.troupe.nn.generative;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.losses.BCEWithLogitsLoss;
import io.troupe.nn.losses.Reduction;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RandomOps;
import io.troupe.tensor.random.Philox;

/**
 * The variational autoencoder (Kingma and Welling 2013, arXiv:1312.6114) with one hidden layer in
 * encoder and decoder, trained with the evidence lower bound; the reconstruction term is a binary
 * cross-entropy per pixel. PyTorch's initial values. In PyTorch, which has it among its examples
 * under these names, for images of 28 x 28:
 *
 * <pre>{@code
 * class VAE(nn.Module):
 *     def __init__(self):
 *         super().__init__()
 *         self.fc1 = nn.Linear(784, 400)
 *         self.fc21 = nn.Linear(400, 20)                         # means
 *         self.fc22 = nn.Linear(400, 20)                         # logarithms of variances
 *         self.fc3 = nn.Linear(20, 400)
 *         self.fc4 = nn.Linear(400, 784)
 *     def forward(self, x):                                      # in evaluation z is mu
 *         h = F.relu(self.fc1(x.flatten(1)))
 *         mu, logvar = self.fc21(h), self.fc22(h)
 *         z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
 *         return torch.sigmoid(self.fc4(F.relu(self.fc3(z)))).view_as(x)
 * }</pre>
 */
public final class Vae extends Module implements UnsupervisedLoss, ImageSampler {
  private static final BCEWithLogitsLoss RECONSTRUCTION =
      BCEWithLogitsLoss.of().withReduction(Reduction.SUM);

  private final Shape image;
  private final int latent;
  private final Linear fc1;
  private final Linear mean;
  private final Linear logVariance;
  private final Linear fc3;
  private final Linear fc4;

  /**
   * An autoencoder.
   *
   * @param image the shape of an image, (channels, height, width)
   * @param hidden width of the hidden layers
   * @param latent size of the latent vector
   */
  public Vae(Shape image, int hidden, int latent, Initializer initializer) {
    this.image = image;
    this.latent = latent;
    int pixels = Math.toIntExact(image.numel());
    this.fc1 = child("fc1", Linear.of(pixels, hidden, true, initializer));
    this.mean = child("fc21", Linear.of(hidden, latent, true, initializer));
    this.logVariance = child("fc22", Linear.of(hidden, latent, true, initializer));
    this.fc3 = child("fc3", Linear.of(latent, hidden, true, initializer));
    this.fc4 = child("fc4", Linear.of(hidden, pixels, true, initializer));
  }

  /**
   * The distribution of the latent vector of an image.
   *
   * @param mean of the latent numbers, (batch, latent)
   * @param logVariance the logarithms of their variances, (batch, latent)
   */
  public record Encoded(Tensor mean, Tensor logVariance) {
    /** Samples latent vectors with this mean and variance (section 2.4, reparameterization). */
    Tensor draw(Tensor noise) {
      return mean.add(logVariance.mul(0.5).exp().mul(noise));
    }

    /** Divergence from standard normal numbers (appendix B), summed over the batch. */
    Tensor divergence() {
      Tensor terms = mean.mul(mean).add(logVariance.exp()).sub(logVariance).sub(1);
      return terms.sum().mul(0.5);
    }
  }

  /** (batch, channels, height, width) to the latent numbers' distribution. */
  public Encoded encode(Tensor images) {
    Tensor hidden = Activation.RELU.forward(fc1.forward(images.reshape(images.size(0), -1)));
    return new Encoded(mean.forward(hidden), logVariance.forward(hidden));
  }

  /** (batch, latent) to logits of pixels, (batch, pixels). */
  private Tensor logits(Tensor z) {
    return fc4.forward(Activation.RELU.forward(fc3.forward(z)));
  }

  /** Images of latent numbers: (batch, latent) to (batch, channels, height, width). */
  public Tensor decode(Tensor z) {
    return Activation.SIGMOID.forward(logits(z)).reshape(image.prepend(z.size(0)));
  }

  /** Reconstructs images from the means of their latent numbers. */
  public Tensor reconstruct(Tensor images) {
    return decode(encode(images).mean());
  }

  /** The negative evidence lower bound of an image, in nats. */
  @Override
  public Tensor loss(Tensor images, int[] labels, Philox generator) {
    Shape shape = Shape.of(images.size(0), latent);
    return loss(images, RandomOps.normal(images.dtype(), shape, generator));
  }

  /**
   * The negative evidence lower bound for given noise.
   *
   * @param noise standard normal numbers, (batch, latent)
   */
  Tensor loss(Tensor images, Tensor noise) {
    Encoded encoded = encode(images);
    Tensor logits = logits(encoded.draw(noise));
    Tensor reconstruction = RECONSTRUCTION.forward(logits, images.reshape(logits.shape()));
    return reconstruction.add(encoded.divergence()).div(images.size(0));
  }

  /** Images of standard normal latent vectors; labels are not supported. */
  @Override
  public Tensor sample(SampleRequest request) {
    request.requireNoLabels("vae");
    return decode(request.normal(fc3.weight().dtype(), 0, Shape.of(latent)));
  }
}
