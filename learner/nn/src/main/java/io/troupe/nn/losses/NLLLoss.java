package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;

/**
 * The negative log-likelihood of class labels under log-probabilities, as {@code torch.nn.NLLLoss}.
 *
 * @param weight (classes), multiplies the loss of each class; or null
 * @param ignoreIndex the label of elements that are ignored; PyTorch's default is -100
 */
public record NLLLoss(Tensor weight, int ignoreIndex, Reduction reduction) implements Loss {
  /** PyTorch's defaults. */
  public static NLLLoss of() {
    return new NLLLoss(null, CrossEntropyLoss.IGNORE_INDEX, Reduction.MEAN);
  }

  /** These options with class weights. */
  public NLLLoss withWeight(Tensor other) {
    return new NLLLoss(other, ignoreIndex, reduction);
  }

  /** These options with another label for ignored elements. */
  public NLLLoss withIgnoreIndex(int other) {
    return new NLLLoss(weight, other, reduction);
  }

  /** These options with another reduction. */
  public NLLLoss withReduction(Reduction other) {
    return new NLLLoss(weight, ignoreIndex, other);
  }

  /**
   * The loss.
   *
   * @param input log-probabilities, (batch, classes) or (batch, classes, d1, ...)
   * @param target labels, INT32, (batch) or (batch, d1, ...)
   * @throws io.troupe.tensor.ShapeException if a label is not one of the classes
   */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    ClassRows rows = ClassRows.of(input, target, ignoreIndex);
    int count = rows.targets().size(0);
    int[] labels = new int[count];
    double[] factors = new double[count];
    for (int row = 0; row < count; row++) {
      int label = rows.target(row);
      labels[row] = Math.max(0, label);
      factors[row] = label < 0 ? 0 : weight == null ? -1 : -weight.get(label);
    }
    Tensor picked = rows.scores().gather(Tensor.of(labels, count, 1)).reshape(count);
    return rows.reduce(reduction, picked.mul(Tensor.of(factors).to(input.dtype())), weight);
  }
}
