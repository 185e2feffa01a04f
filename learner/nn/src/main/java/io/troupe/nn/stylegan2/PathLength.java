package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;

/**
 * Path length regularization of a generator (arXiv:1912.04958, section 3.2): a step of the latent
 * vector should change the image by the same amount everywhere and in each direction. Its state is
 * the running mean of the lengths, {@code pl_mean}.
 *
 * <p>Its gradient is a second derivative. Let {@code g} be the gradient of {@code sum(image *
 * noise)} with respect to the latent vectors, and {@code v} the gradient of the penalty with
 * respect to {@code g}. Then the gradient of the penalty with respect to the parameters is the
 * gradient of the sum's derivative along {@code v}, with {@code v} held constant.
 */
public final class PathLength extends Module {
  private final StyleGenerator generator;
  private final double weight;
  private final double decay;
  private final Tensor mean;

  /**
   * A regularization, with its state in the current scope.
   *
   * @param generator whose parameters require a gradient
   * @param weight of the penalty
   * @param decay share of the newest lengths in the running mean
   */
  public PathLength(StyleGenerator generator, double weight, double decay) {
    this.generator = generator;
    this.weight = weight;
    this.decay = decay;
    this.mean = buffer("pl_mean", Tensor.zeros(DType.FLOAT64, Shape.of()));
  }

  /** The running mean of the lengths. */
  public Tensor mean() {
    return mean;
  }

  /**
   * Computes the penalty and updates the running mean.
   *
   * @param styles latent vectors, recorded, (batch, layers, wDim)
   * @param direction standard normal numbers of the shape of the images
   * @param source the same noise in each pass
   * @return a scalar with the value and the gradient of the penalty
   */
  public Tensor of(Tensor styles, Tensor direction, Noise source) {
    Shape image = direction.shape();
    Tensor scaled = direction.mul(1 / Math.sqrt((double) image.size(2) * image.size(3)));
    Tensor gradient = gradient(styles, scaled, source).requiresGrad(true);
    Tensor penalty = penalty(gradient);
    double value = penalty.item();
    penalty.backward();
    Tensor images =
        generator.synthesize(new Dual(styles, gradient.grad().detach()), source).tangent();
    Tensor along = images.mul(scaled).sum();
    return along.add(value - along.item());
  }

  /** The gradient of {@code sum(image * direction)} with respect to the latent vectors. */
  private Tensor gradient(Tensor styles, Tensor direction, Noise source) {
    Tensor leaf = styles.detach().requiresGrad(true);
    try (Module.Frozen _ = generator.frozen()) {
      Tensor images = generator.synthesize(Dual.constant(leaf), source).value();
      images.mul(direction).sum().backwardAndRelease();
    }
    return leaf.grad().detach();
  }

  private Tensor penalty(Tensor gradient) {
    Tensor lengths = gradient.apply(UnaryOp.SQUARE).sum(2).mean(1).apply(UnaryOp.SQRT); // (batch)
    Tensor newMean = lengths.mean().mul(decay).add((1 - decay) * mean.item());
    mean.filli(newMean.item());
    return lengths.sub(newMean).apply(UnaryOp.SQUARE).mean().mul(weight);
  }
}
