package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;

/**
 * R1 regularization (arXiv:1801.04406): the squared gradient of a discriminator at real images.
 *
 * <p>Its gradient is a second derivative. Let {@code g} be the gradient at the images. Then the
 * gradient of {@code |g|^2 / 2} with respect to the parameters is the gradient of the
 * discriminator's derivative along {@code g}, with {@code g} held constant.
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
    try (Module.Frozen _ = discriminator.frozen()) {
      discriminator.forward(Dual.constant(leaf), labels).value().sum().backwardAndRelease();
    }
    return leaf.grad().detach();
  }
}
