package io.troupe.tensor.autograd;

import io.troupe.tensor.Csr;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.memory.Memory;

/**
 * Aggregation of the rows of a dense matrix by the rows of a sparse one, with gradients: message
 * passing in a graph, pooling of nodes, and products with sparse matrices.
 */
public final class Aggregation {
  private Aggregation() {}

  /**
   * Sums the rows of {@code x} that the entries of each row refer to.
   *
   * @param x (columns, features)
   * @return (rows, features)
   */
  public static Tensor sum(Csr csr, Tensor x) {
    return sum(csr, x, null);
  }

  /**
   * Computes the weighted sum of the rows of {@code x} that the entries of each row refer to. With
   * one weight per entry it is the product of the sparse matrix and {@code x}.
   *
   * @param x (columns, features)
   * @param weights (entries) or (entries, heads): head h weighs the h-th part of the features; null
   *     for ones
   * @return (rows, features)
   */
  public static Tensor sum(Csr csr, Tensor x, Tensor weights) {
    requireFeatures(csr, x);
    if (weights != null && weights.rank() == 1) {
      return sum(csr, x, weights.reshape(weights.size(0), 1));
    }
    if (weights != null) {
      Elementwise.requireSameType("sum over entries", x, weights);
      requireEntries(csr, weights);
      if (weights.size(1) == 0 || x.size(1) % weights.size(1) != 0) {
        throw new ShapeException(
            "features must be a multiple of the " + weights.size(1) + " heads, got " + x.size(1));
      }
    }
    Tensor out = Tensor.empty(x.dtype(), Shape.of(csr.numRows(), x.size(1)));
    Backend.of(out).aggregation().aggregateSum(out, csr, x, weights);
    return Node.record(
        "sum over entries",
        out,
        weights == null ? Saved.NOTHING : Saved.ofOperands(x, weights),
        (gradient, inputs) -> {
          if (inputs.needed(0)) {
            Tensor dx = Tensor.empty(x.dtype(), x.shape());
            Backend.of(dx).aggregation().aggregateSum(dx, csr.transposed(), gradient, weights);
            inputs.add(0, dx);
          }
          if (inputs.needed(1)) {
            Tensor dWeights = Tensor.empty(x.dtype(), weights.shape());
            Backend.of(dWeights).aggregation().aggregateSumWeightGrad(dWeights, csr, gradient, x);
            inputs.add(1, dWeights);
          }
        },
        x,
        weights);
  }

  /**
   * Computes the mean of the rows of {@code x} that the entries of each row refer to; 0 for a row
   * without entries.
   *
   * @param x (columns, features)
   * @return (rows, features)
   */
  public static Tensor mean(Csr csr, Tensor x) {
    Tensor weights = Tensor.empty(x.dtype(), Shape.of(csr.numEntries(), 1));
    int[] offsets = csr.offsets();
    for (int r = 0; r < csr.numRows(); r++) {
      double share = 1.0 / csr.degree(r);
      for (int e = offsets[r]; e < offsets[r + 1]; e++) {
        long entry = csr.positions() == null ? e : csr.positions()[e];
        if (x.dtype() == DType.FLOAT32) {
          Memory.setFloat(weights.address() + 4 * entry, (float) share);
        } else {
          Memory.setDouble(weights.address() + 8 * entry, share);
        }
      }
    }
    return sum(csr, x, weights);
  }

  /**
   * Computes the maximum of each feature over the rows of {@code x} that the entries of a row refer
   * to; 0 for a row without entries. Tied entries share the gradient.
   *
   * @param x (columns, features)
   * @return (rows, features)
   */
  public static Tensor max(Csr csr, Tensor x) {
    requireFeatures(csr, x);
    Tensor out = Tensor.empty(x.dtype(), Shape.of(csr.numRows(), x.size(1)));
    Tensor ties = Tensor.empty(x.dtype(), out.shape());
    Backend.of(out).aggregation().aggregateMax(out, ties, csr, x);
    return Node.record(
        "max over entries",
        out,
        Saved.of(x, ties, out),
        (gradient, inputs) -> {
          Tensor dx = Tensor.empty(x.dtype(), x.shape());
          Backend.of(dx).aggregation().aggregateMaxGrad(dx, csr, gradient, ties, x, out);
          inputs.add(0, dx);
        },
        x);
  }

  /**
   * Computes for each entry the leaky ReLU of a value of its row plus a value of its column.
   *
   * @param ofRows (rows, heads)
   * @param ofColumns (columns, heads)
   * @param negativeSlope factor of negative sums, at least 0
   * @return (entries, heads)
   */
  public static Tensor edgeScores(Csr csr, Tensor ofRows, Tensor ofColumns, double negativeSlope) {
    Elementwise.requireSameType("edgeScores", ofRows, ofColumns);
    if (!(negativeSlope >= 0)) {
      throw new IllegalArgumentException("negativeSlope must be >= 0, got " + negativeSlope);
    }
    if (ofRows.rank() != 2
        || ofColumns.rank() != 2
        || ofRows.size(0) != csr.numRows()
        || ofColumns.size(0) != csr.numColumns()
        || ofRows.size(1) != ofColumns.size(1)) {
      throw new ShapeException(
          "edgeScores of "
              + ofRows.shape()
              + " and "
              + ofColumns.shape()
              + " over "
              + csr
              + " must be (rows, heads) and (columns, heads)");
    }
    Tensor out = Tensor.empty(ofRows.dtype(), Shape.of(csr.numEntries(), ofRows.size(1)));
    Backend.of(out).aggregation().edgeScores(out, csr, ofRows, ofColumns, negativeSlope);
    return Node.record(
        "edgeScores",
        out,
        Saved.of(out),
        (gradient, inputs) -> {
          Tensor dOfRows = Tensor.empty(ofRows.dtype(), ofRows.shape());
          Tensor dOfColumns = Tensor.empty(ofColumns.dtype(), ofColumns.shape());
          Backend.of(out)
              .aggregation()
              .edgeScoresGrad(dOfRows, dOfColumns, csr, gradient, out, negativeSlope);
          inputs.add(0, dOfRows);
          inputs.add(1, dOfColumns);
        },
        ofRows,
        ofColumns);
  }

  /**
   * Computes for each entry the product of the features of its row and those of its column, for
   * each head: the scores of attention over a graph.
   *
   * @param ofRows (rows, features)
   * @param ofColumns (columns, features)
   * @param heads parts of the features, each with its own product
   * @return (entries, heads)
   */
  public static Tensor edgeProducts(Csr csr, Tensor ofRows, Tensor ofColumns, int heads) {
    Elementwise.requireSameType("edgeProducts", ofRows, ofColumns);
    requireFeatures(csr, ofColumns);
    if (ofRows.rank() != 2
        || ofRows.size(0) != csr.numRows()
        || ofRows.size(1) != ofColumns.size(1)
        || heads < 1
        || ofRows.size(1) % heads != 0) {
      throw new ShapeException(
          "edgeProducts of "
              + ofRows.shape()
              + " and "
              + ofColumns.shape()
              + " over "
              + csr
              + " must be (rows, features) and (columns, features), a multiple of "
              + heads
              + " heads");
    }
    Tensor out = Tensor.empty(ofRows.dtype(), Shape.of(csr.numEntries(), heads));
    Backend.of(out).aggregation().aggregateSumWeightGrad(out, csr, ofRows, ofColumns);
    return Node.record(
        "edgeProducts",
        out,
        Saved.ofOperands(ofRows, ofColumns),
        (gradient, inputs) -> {
          if (inputs.needed(0)) {
            Tensor dOfRows = Tensor.empty(ofRows.dtype(), ofRows.shape());
            Backend.of(out).aggregation().aggregateSum(dOfRows, csr, ofColumns, gradient);
            inputs.add(0, dOfRows);
          }
          if (inputs.needed(1)) {
            Tensor dOfColumns = Tensor.empty(ofColumns.dtype(), ofColumns.shape());
            Backend.of(out)
                .aggregation()
                .aggregateSum(dOfColumns, csr.transposed(), ofRows, gradient);
            inputs.add(1, dOfColumns);
          }
        },
        ofRows,
        ofColumns);
  }

  /**
   * Softmax over the entries of each row.
   *
   * @param scores (entries, heads)
   * @return (entries, heads)
   */
  public static Tensor edgeSoftmax(Csr csr, Tensor scores) {
    requireEntries(csr, scores);
    Tensor out = Tensor.empty(scores.dtype(), scores.shape());
    Backend.of(out).aggregation().edgeSoftmax(out, csr, scores);
    return Node.record(
        "edgeSoftmax",
        out,
        Saved.of(out),
        (gradient, inputs) -> {
          Tensor dScores = Tensor.empty(scores.dtype(), scores.shape());
          Backend.of(dScores).aggregation().edgeSoftmaxGrad(dScores, csr, gradient, out);
          inputs.add(0, dScores);
        },
        scores);
  }

  private static void requireFeatures(Csr csr, Tensor x) {
    if (!x.dtype().isComputed() || x.rank() != 2 || x.size(0) != csr.numColumns()) {
      throw new ShapeException(
          "aggregation of "
              + x.dtype()
              + " "
              + x.shape()
              + " over "
              + csr
              + " must be FLOAT32 or FLOAT64 (columns, features)");
    }
  }

  private static void requireEntries(Csr csr, Tensor ofEntries) {
    if (!ofEntries.dtype().isComputed()
        || ofEntries.rank() != 2
        || ofEntries.size(0) != csr.numEntries()) {
      throw new ShapeException(
          ofEntries.dtype()
              + " "
              + ofEntries.shape()
              + " does not fit the entries of "
              + csr
              + " must be (entries, heads)");
    }
  }
}
