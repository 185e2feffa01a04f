package io.troupe.tensor.backend;

import static io.troupe.tensor.backend.Agreement.COMPUTED;
import static io.troupe.tensor.backend.Agreement.SIZES;

import io.troupe.tensor.Csr;
import io.troupe.tensor.DType;
import io.troupe.tensor.RandomGraphs;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class AggregationAgreementTest {
  /** Sums of up to a dozen products below 1. */
  private static final double UNITS = 16;

  @AutoClose private static final Agreement AGREEMENT = new Agreement();

  /** Matrices with few entries per row, many entries per row, and no entries. */
  private static final Csr[] PATTERNS = {
    RandomGraphs.of(7, 5, 30, 1), RandomGraphs.of(9, 6, 6, 2), RandomGraphs.of(3, 2, 0, 3),
  };

  @Test
  void sum() {
    for (DType dtype : COMPUTED) {
      for (Csr csr : PATTERNS) {
        for (int features : SIZES) {
          checkSum(csr, dtype, features, 0);
          checkSum(csr, dtype, features, 1);
          checkSum(csr, dtype, 3 * features, 3);
        }
        checkSum(csr, dtype, 200, 2);
      }
    }
  }

  private static void checkSum(Csr csr, DType dtype, int features, int heads) {
    AGREEMENT.check(
        "sum over " + csr + ", " + features + " features, " + heads + " weights, " + dtype,
        UNITS,
        (backend, random) -> {
          Tensor x = random.of(dtype, csr.numColumns(), features);
          Tensor out = Tensor.empty(dtype, Shape.of(csr.numRows(), features));
          Tensor weights = heads == 0 ? null : random.of(dtype, csr.numEntries(), heads);
          backend.aggregation().aggregateSum(out, csr, x, weights);
          Tensor dOut = random.of(dtype, csr.numRows(), features);
          Tensor dx = Tensor.empty(dtype, x.shape());
          backend.aggregation().aggregateSum(dx, csr.transposed(), dOut, weights);
          if (weights == null) {
            return List.of(out, dx);
          }
          Tensor dWeights = Tensor.empty(dtype, weights.shape());
          backend.aggregation().aggregateSumWeightGrad(dWeights, csr, dOut, x);
          return List.of(out, dx, dWeights);
        });
  }

  @Test
  void max() {
    for (DType dtype : COMPUTED) {
      for (Csr csr : PATTERNS) {
        for (int features : SIZES) {
          AGREEMENT.check(
              "max over " + csr + ", " + features + " features, " + dtype,
              UNITS,
              (backend, random) -> {
                // few distinct values, so that there are ties
                Tensor x = Tensor.empty(dtype, Shape.of(csr.numColumns(), features));
                backend.elementwise().copy(x, random.ints(x.shape(), -2, 2));
                Tensor out = Tensor.empty(dtype, Shape.of(csr.numRows(), features));
                Tensor ties = Tensor.empty(dtype, out.shape());
                backend.aggregation().aggregateMax(out, ties, csr, x);
                Tensor dx = Tensor.empty(dtype, x.shape());
                Tensor dOut = random.of(dtype, csr.numRows(), features);
                backend.aggregation().aggregateMaxGrad(dx, csr, dOut, ties, x, out);
                return List.of(out, ties, dx);
              });
        }
      }
    }
  }

  @Test
  void edges() {
    for (DType dtype : COMPUTED) {
      for (Csr csr : PATTERNS) {
        for (int heads : SIZES) {
          AGREEMENT.check(
              "edges of " + csr + ", " + heads + " heads, " + dtype,
              UNITS,
              (backend, random) -> {
                Tensor ofRows = random.of(dtype, csr.numRows(), heads);
                Tensor ofColumns = random.of(dtype, csr.numColumns(), heads);
                Tensor scores = Tensor.empty(dtype, Shape.of(csr.numEntries(), heads));
                backend.aggregation().edgeScores(scores, csr, ofRows, ofColumns, 0.2);
                Tensor shares = Tensor.empty(dtype, scores.shape());
                backend.aggregation().edgeSoftmax(shares, csr, scores);
                Tensor dShares = random.of(dtype, csr.numEntries(), heads);
                Tensor dScores = Tensor.empty(dtype, scores.shape());
                backend.aggregation().edgeSoftmaxGrad(dScores, csr, dShares, shares);
                Tensor dOfRows = Tensor.empty(dtype, ofRows.shape());
                Tensor dOfColumns = Tensor.empty(dtype, ofColumns.shape());
                backend
                    .aggregation()
                    .edgeScoresGrad(dOfRows, dOfColumns, csr, dScores, scores, 0.2);
                return List.of(scores, shares, dScores, dOfRows, dOfColumns);
              });
        }
      }
    }
  }
}
