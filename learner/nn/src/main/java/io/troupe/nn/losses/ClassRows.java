package io.troupe.nn.losses;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import java.util.Arrays;

/**
 * Class scores as rows, with the target of each row.
 *
 * @param scores (rows, classes)
 * @param targets (rows), INT32; -1 for rows that are ignored
 * @param shape of the targets before flattening
 */
record ClassRows(Tensor scores, Tensor targets, Shape shape) {

  /**
   * Checks labels and moves the class dimension to the end.
   *
   * @param scores (batch, classes), or (batch, classes, d1, ...)
   * @param labels (batch), or (batch, d1, ...), INT32
   * @param ignoreIndex the label of elements that are ignored
   * @throws ShapeException if the shapes do not fit or a label is out of range
   */
  static ClassRows of(Tensor scores, Tensor labels, int ignoreIndex) {
    if (labels.dtype() != DType.INT32
        || scores.rank() < 2
        || !scores.shape().without(1).equals(labels.shape())) {
      throw new ShapeException(
          "scores must be (batch, classes, ...) with INT32 labels (batch, ...), got scores "
              + scores.shape()
              + " with labels "
              + labels.dtype()
              + " "
              + labels.shape());
    }
    int classes = scores.size(1);
    Tensor rows = scores.rank() == 2 ? scores : scores.permute(classesLast(scores.rank()));
    int count = Math.toIntExact(labels.numel());
    int[] targets = labels.toInts();
    for (int row = 0; row < count; row++) {
      int label = targets[row];
      if (label != ignoreIndex && (label < 0 || label >= classes)) {
        throw outOfRange(label, row, labels.shape(), classes);
      }
      targets[row] = label == ignoreIndex ? -1 : label;
    }
    return new ClassRows(rows.reshape(count, classes), Tensor.of(targets, count), labels.shape());
  }

  private static int[] classesLast(int rank) {
    int[] order = new int[rank];
    for (int i = 1; i < rank - 1; i++) {
      order[i] = i + 1;
    }
    order[rank - 1] = 1;
    return order;
  }

  private static ShapeException outOfRange(int label, int row, Shape shape, int classes) {
    int[] place = new int[shape.rank()];
    int rest = row;
    for (int dim = shape.rank() - 1; dim >= 0; dim--) {
      place[dim] = rest % shape.size(dim);
      rest /= shape.size(dim);
    }
    String where = place.length == 1 ? Integer.toString(row) : Arrays.toString(place);
    return new ShapeException(
        "label in row "
            + where
            + " must be one of the "
            + classes
            + " classes, 0 to "
            + (classes - 1)
            + ", got "
            + label);
  }

  /** The sum of the weights of the targets that are not ignored; their number without weights. */
  double sumOfWeights(Tensor weight) {
    double sum = 0;
    for (int row = 0; row < targets.size(0); row++) {
      int target = target(row);
      if (target >= 0) {
        sum += weight == null ? 1 : weight.get(target);
      }
    }
    return sum;
  }

  int target(int row) {
    return (int) targets.get(row);
  }

  /** The reduction of the losses of the rows. */
  Tensor reduce(Reduction reduction, Tensor losses, Tensor weight) {
    Tensor placed = losses.reshape(shape);
    return reduction == Reduction.MEAN
        ? reduction.apply(placed, sumOfWeights(weight))
        : reduction.apply(placed);
  }
}
