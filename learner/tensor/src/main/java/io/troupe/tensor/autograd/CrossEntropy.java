package io.troupe.tensor.autograd;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.memory.Memory;

/**
 * The cross-entropy of rows of logits with class weights and label smoothing, as {@code
 * torch.nn.functional.cross_entropy} before its reduction. Fused: neither the softmax nor its
 * logarithm is stored.
 *
 * <p>With the class weights w, their sum W and log-probabilities log p, the loss of a row whose
 * class is y is {@code -(1 - s) w[y] log p[y] - s / classes * sum_c w[c] log p[c]}. The last sum is
 * {@code logits . w - W lse}, a matrix product with one column.
 */
public final class CrossEntropy {
  private final Tensor logits;
  private final Tensor targets;
  private final Tensor weight;
  private final double labelSmoothing;

  private CrossEntropy(Tensor logits, Tensor targets, Tensor weight, double labelSmoothing) {
    this.logits = logits;
    this.targets = targets;
    this.weight = weight;
    this.labelSmoothing = labelSmoothing;
  }

  /**
   * The loss of each row.
   *
   * @param logits (rows, classes)
   * @param targets (rows), INT32; negative for ignored rows, whose loss is 0
   * @param weight (classes), a constant; or null, for 1 everywhere
   * @param labelSmoothing the share of each target that is spread over the classes, in [0, 1]
   * @return (rows)
   */
  public static Tensor ofRows(Tensor logits, Tensor targets, Tensor weight, double labelSmoothing) {
    TokenLogProbs.requireTargets(logits, targets);
    if (weight != null && !weight.shape().equals(Shape.of(logits.size(1)))) {
      throw new ShapeException(
          "class weights "
              + weight.shape()
              + " with logits "
              + logits.shape()
              + " must have one weight for each of the "
              + logits.size(1)
              + " classes");
    }
    return new CrossEntropy(logits, targets, weight, labelSmoothing).ofRows();
  }

  private Tensor ofRows() {
    Tensor logProbs = perRow();
    Tensor lse = perRow();
    Tensor spread = labelSmoothing == 0 ? null : perRow();
    Tensor mean = weight == null ? spread : null;
    Backend.of(logits).loss().tokenLogProbs(logProbs, lse, null, mean, logits, targets, 1);
    if (spread != null && weight != null) {
      Tensor column = weight.reshape(weight.size(0), 1);
      Backend.of(spread)
          .products()
          .matmul(spread.reshape(-1, 1), logits, false, column, false, false);
    }
    Tensor losses = perRow();
    double weights = weight == null ? 1 : sumOfWeights();
    for (int row = 0; row < losses.size(0); row++) {
      double smoothed = 0;
      if (spread != null && target(row) >= 0) {
        double sum = spread.get(row);
        smoothed = weight == null ? sum : (sum - weights * lse.get(row)) / weight.size(0);
      }
      set(losses, row, -hitFactor(row) * logProbs.get(row) - labelSmoothing * smoothed);
    }
    return Node.record(
        "crossEntropy",
        losses,
        Saved.of(logits, targets, weight, lse),
        (gradient, inputs) -> inputs.add(0, gradient(gradient, lse)),
        logits);
  }

  private Tensor gradient(Tensor gradient, Tensor lse) {
    Tensor dLogProbs = perRow();
    Tensor dSpread = labelSmoothing == 0 ? null : perRow();
    double weights = weight == null ? 1 : sumOfWeights() / weight.size(0);
    for (int row = 0; row < dLogProbs.size(0); row++) {
      double d = gradient.get(row);
      set(dLogProbs, row, -d * hitFactor(row));
      if (dSpread != null) {
        set(dSpread, row, target(row) < 0 ? 0 : -d * labelSmoothing * weights);
      }
    }
    Tensor dLogits = Tensor.empty(logits.dtype(), logits.shape());
    Backend.of(dLogits)
        .loss()
        .tokenLogProbsGrad(dLogits, dLogProbs, dSpread, logits, lse, targets, 1);
    if (dSpread != null && weight != null) {
      addUnevenShares(dLogits, dSpread, weights);
    }
    return dLogits;
  }

  /** The kernel distributes {@code dSpread} equally; this adds the difference for the weights. */
  private void addUnevenShares(Tensor dLogits, Tensor dSpread, double meanWeight) {
    int classes = weight.size(0);
    Tensor uneven = weight.detach().div(meanWeight).sub(1).div(classes).reshape(1, classes);
    Backend.of(dLogits)
        .products()
        .matmul(dLogits, dSpread.reshape(-1, 1), false, uneven, false, true);
  }

  /** The factor of the log-probability of a row's own class. */
  private double hitFactor(int row) {
    int target = target(row);
    if (target < 0) {
      return 0;
    }
    return (1 - labelSmoothing) * (weight == null ? 1 : weight.get(target));
  }

  private int target(int row) {
    return Memory.getInt(targets.address() + 4L * row);
  }

  private double sumOfWeights() {
    double sum = 0;
    for (int i = 0; i < weight.size(0); i++) {
      sum += weight.get(i);
    }
    return sum;
  }

  private Tensor perRow() {
    return Tensor.empty(logits.dtype(), targets.shape());
  }

  private static void set(Tensor rows, int row, double value) {
    if (rows.dtype() == DType.FLOAT32) {
      Memory.setFloat(rows.address() + 4L * row, (float) value);
    } else {
      Memory.setDouble(rows.address() + 8L * row, value);
    }
  }
}
