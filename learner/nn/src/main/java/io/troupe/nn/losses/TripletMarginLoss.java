package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.Elementwise;

/**
 * {@code max(0, d(anchor, positive) - d(anchor, negative) + margin)} with the distance of the
 * p-norm, as {@code torch.nn.TripletMarginLoss}.
 *
 * @param margin the required difference of the distances, above 0
 * @param p the norm, above 0
 * @param eps added to differences, so that the gradient of equal vectors is finite
 * @param swap whether the negative is compared with the nearer of anchor and positive (Balntas et
 *     al. 2016)
 */
public record TripletMarginLoss(
    double margin, double p, double eps, boolean swap, Reduction reduction) {
  /** PyTorch's defaults. */
  public static TripletMarginLoss of() {
    return new TripletMarginLoss(1, 2, 1e-6, false, Reduction.MEAN);
  }

  /** These options with another margin. */
  public TripletMarginLoss withMargin(double other) {
    return new TripletMarginLoss(other, p, eps, swap, reduction);
  }

  /** These options with another norm. */
  public TripletMarginLoss withP(double other) {
    return new TripletMarginLoss(margin, other, eps, swap, reduction);
  }

  /** These options with or without the swap. */
  public TripletMarginLoss withSwap(boolean other) {
    return new TripletMarginLoss(margin, p, eps, other, reduction);
  }

  /** These options with another reduction. */
  public TripletMarginLoss withReduction(Reduction other) {
    return new TripletMarginLoss(margin, p, eps, swap, other);
  }

  /** The loss of triplets, each (batch, features). */
  public Tensor forward(Tensor anchor, Tensor positive, Tensor negative) {
    Elementwise.requireSame("TripletMarginLoss", anchor, positive);
    Elementwise.requireSame("TripletMarginLoss", anchor, negative);
    Tensor near = distance(anchor, positive);
    Tensor far = distance(anchor, negative);
    if (swap) {
      far = far.minimum(distance(positive, negative));
    }
    Tensor losses = near.sub(far).add(margin).clamp(0, Double.POSITIVE_INFINITY); // (batch)
    return reduction.apply(losses);
  }

  private Tensor distance(Tensor a, Tensor b) {
    Tensor difference = a.sub(b).add(eps);
    return p == 2
        ? difference.apply(UnaryOp.SQUARE).sum(-1).sqrt()
        : difference.apply(UnaryOp.ABS).pow(p).sum(-1).pow(1 / p);
  }
}
