package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.CrossEntropy;

/**
 * The cross-entropy of logits with class labels, as {@code torch.nn.CrossEntropyLoss}; fused, so
 * that neither the softmax nor its logarithm is stored. The mean is over the labels that are not
 * ignored, weighted by class.
 *
 * <p>Difference from PyTorch: targets are labels, not distributions.
 *
 * @param weight (classes), multiplies the loss of each class; or null
 * @param ignoreIndex the label of elements that are ignored; PyTorch's default is {@link
 *     #IGNORE_INDEX}
 * @param labelSmoothing the fraction of each target that is distributed over the classes, in [0, 1]
 */
public record CrossEntropyLoss(
    Tensor weight, int ignoreIndex, double labelSmoothing, Reduction reduction) implements Loss {
  /** PyTorch's label for ignored elements. */
  public static final int IGNORE_INDEX = -100;

  /** Checks the smoothing. */
  public CrossEntropyLoss {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new IllegalArgumentException("labelSmoothing must be in [0, 1], got " + labelSmoothing);
    }
  }

  /** PyTorch's defaults. */
  public static CrossEntropyLoss of() {
    return new CrossEntropyLoss(null, IGNORE_INDEX, 0, Reduction.MEAN);
  }

  /** These options with class weights. */
  public CrossEntropyLoss withWeight(Tensor other) {
    return new CrossEntropyLoss(other, ignoreIndex, labelSmoothing, reduction);
  }

  /** These options with another label for ignored elements. */
  public CrossEntropyLoss withIgnoreIndex(int other) {
    return new CrossEntropyLoss(weight, other, labelSmoothing, reduction);
  }

  /** These options with smoothed labels. */
  public CrossEntropyLoss withLabelSmoothing(double other) {
    return new CrossEntropyLoss(weight, ignoreIndex, other, reduction);
  }

  /** These options with another reduction. */
  public CrossEntropyLoss withReduction(Reduction other) {
    return new CrossEntropyLoss(weight, ignoreIndex, labelSmoothing, other);
  }

  /**
   * The loss.
   *
   * @param input logits, (batch, classes) or (batch, classes, d1, ...)
   * @param target labels, INT32, (batch) or (batch, d1, ...)
   * @throws io.troupe.tensor.ShapeException if a label is not one of the classes
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    ClassRows rows = ClassRows.of(input, target, ignoreIndex);
    Tensor losses = CrossEntropy.ofRows(rows.scores(), rows.targets(), weight, labelSmoothing);
    return rows.reduce(reduction, losses, weight);
  }
}
