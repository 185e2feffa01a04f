package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.Elementwise;

/**
 * Draws pairs together or pushes them apart by their cosine, as {@code
 * torch.nn.CosineEmbeddingLoss}: {@code 1 - cos} for a pair that belongs together, {@code max(0,
 * cos - margin)} for one that does not.
 *
 * @param margin pairs apart count only above this cosine; PyTorch recommends 0 to 0.5
 */
public record CosineEmbeddingLoss(double margin, Reduction reduction) {
  /** As PyTorch has it under the root. */
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
   * @param target (batch): 1 for pairs that belong together, -1 for those that do not
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
