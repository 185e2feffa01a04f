package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.Elementwise;

/**
 * Pulls similar pairs together and pushes dissimilar pairs apart by their cosine, as {@code
 * torch.nn.CosineEmbeddingLoss}: {@code 1 - cos} for a similar pair, {@code max(0, cos - margin)}
 * for a dissimilar pair.
 *
 * @param margin dissimilar pairs have a loss only above this cosine; PyTorch recommends 0 to 0.5
 */
public record CosineEmbeddingLoss(double margin, Reduction reduction) {
  /** Added under the square root, as in PyTorch. */
  private static final double EPS = 1e-12;

  /** PyTorch's margin of 0 and mean reduction. */
  public static CosineEmbeddingLoss of() {
    return new CosineEmbeddingLoss(0, Reduction.MEAN);
  }

  /**
   * The loss.
   *
   * @param input1 (batch, features)
   * @param input2 (batch, features)
   * @param target (batch): 1 for similar pairs, -1 for dissimilar pairs
   */
  public Tensor forward(Tensor input1, Tensor input2, Tensor target) {
    Elementwise.requireSame("CosineEmbeddingLoss", input1, input2);
    Tensor squares = squareLength(input1).mul(squareLength(input2));
    Tensor cosine = input1.mul(input2).sum(-1).div(squares.sqrt()); // (batch)
    Tensor apart = cosine.sub(margin).clamp(0, Double.POSITIVE_INFINITY);
    Tensor together = target.greater(Tensor.scalar(target.dtype(), 0));
    return reduction.apply(Elementwise.where(together, cosine.neg().add(1), apart));
  }

  private static Tensor squareLength(Tensor x) {
    return x.apply(UnaryOp.SQUARE).sum(-1).add(EPS);
  }
}
