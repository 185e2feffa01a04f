package io.troupe.nn.stylegan2;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;

/**
 * R1 regularization (arXiv:1801.04406): the squared gradient of a discriminator at real images.
 *
 * <p>Its gradient is a second derivative. With {@code g} the gradient at the images, the gradient
 * of {@code |g|^2 / 2} with respect to the parameters is that of the derivative of the
 * discriminator along {@code g}, where {@code g} is constant.
 *
 * @param discriminator whose parameters require a gradient
 * @param gamma weight
 */
public record GradientPenalty(StyleDiscriminator discriminator, double gamma) {

  /**
   * The scores of real images, and the penalty.
   *
   * @param logits recorded, (batch)
   * @param penalty a scalar with the value {@code gamma / 2 |g|^2}, averaged over the images, and
   *     the gradient of it
   */
  public record Result(Tensor logits, Tensor penalty) {}

  /**
   * Computes the penalty.
   *
   * @param images (batch, channels, height, width), without gradients
   * @param labels of the images; null without labels
   */
  public Result of(Tensor images, Tensor labels) {
    Tensor gradient = gradient(images, labels);
    int batch = images.size(0);
    double value = gradient.apply(UnaryOp.SQUARE).sum().item() * gamma / 2 / batch;
    Dual scores = discriminator.forward(new Dual(images, gradient), labels);
    Tensor along = scores.tangent().sum().mul(gamma / batch);
    return new Result(scores.value(), along.add(value - along.item()));
  }

  private Tensor gradient(Tensor images, Tensor labels) {
    Tensor leaf = images.detach().requiresGrad(true);
    discriminator.requiresGrad(false); // saves their part of the backward pass
    try {
      discriminator.forward(Dual.constant(leaf), labels).value().sum().backwardAndRelease();
    } finally {
      discriminator.requiresGrad(true);
    }
    return leaf.grad().detach();
  }
}
