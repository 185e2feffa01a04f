package io.troupe.tensor.backend;

import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;

/**
 * Sums, maxima and softmax over the entries of sparse rows: message passing in graph networks. The
 * entries of a row are processed in their order, so a result does not depend on the number of
 * threads.
 *
 * <p>With {@code heads}, features are (heads, features / heads), and each head has its own value at
 * every entry. Tensors of entries are in the order in which the entries were given.
 */
public interface AggregationOps {
  /**
   * {@code out[r] = sum over entries e of row r of weights[e] x[column of e]}.
   *
   * @param out (rows, features)
   * @param x (columns, features)
   * @param weights (entries, heads), or null for ones
   */
  void aggregateSum(Tensor out, Csr csr, Tensor x, Tensor weights);

  /**
   * {@code dWeights[e, h] = dOut[row of e, h] . x[column of e, h]}.
   *
   * @param dWeights (entries, heads)
   */
  void aggregateSumWeightGrad(Tensor dWeights, Csr csr, Tensor dOut, Tensor x);

  /**
   * The maximum of each feature over the entries of a row; 0 for a row without entries.
   *
   * @param out (rows, features)
   * @param ties (rows, features), written: the number of entries that have the maximum
   * @param x (columns, features)
   */
  void aggregateMax(Tensor out, Tensor ties, Csr csr, Tensor x);

  /** The gradient of {@link #aggregateMax}: tied entries share it equally. */
  void aggregateMaxGrad(Tensor dx, Csr csr, Tensor dOut, Tensor ties, Tensor x, Tensor out);

  /**
   * {@code out[e] = leakyReLU(ofRows[row of e] + ofColumns[column of e])}.
   *
   * @param out (entries, heads)
   * @param ofRows (rows, heads)
   * @param ofColumns (columns, heads)
   * @param negativeSlope at least 0
   */
  void edgeScores(Tensor out, Csr csr, Tensor ofRows, Tensor ofColumns, double negativeSlope);

  /** The gradients of {@link #edgeScores}, overwritten. */
  void edgeScoresGrad(
      Tensor dOfRows, Tensor dOfColumns, Csr csr, Tensor dOut, Tensor out, double negativeSlope);

  /**
   * Softmax over the entries of each row, per head.
   *
   * @param out (entries, heads)
   * @param scores (entries, heads)
   */
  void edgeSoftmax(Tensor out, Csr csr, Tensor scores);

  /** The gradient of {@link #edgeSoftmax}. */
  void edgeSoftmaxGrad(Tensor dScores, Csr csr, Tensor dOut, Tensor out);
}
