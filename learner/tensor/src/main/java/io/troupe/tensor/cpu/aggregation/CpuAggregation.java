package io.troupe.tensor.cpu.aggregation;

import io.troupe.tensor.Csr;
import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AggregationOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;

/** Sums, maxima and softmax over sparse rows: FLOAT32 with vectors, FLOAT64 with plain loops. */
public final class CpuAggregation implements AggregationOps {
  private final ComputePool pool;

  /** Computes on the threads of {@code pool}. */
  public CpuAggregation(ComputePool pool) {
    this.pool = pool;
  }

  /** Computes the rows {@code [from, to)}. */
  @FunctionalInterface
  private interface RowRange {
    void run(int from, int to);
  }

  /**
   * Splits rows into parts of about equal numbers of entries, by the matrix and its features alone.
   */
  private void rows(Csr csr, int features, RowRange body) {
    int[] offsets = csr.offsets();
    int numRows = csr.numRows();
    long items = (long) csr.numEntries() + numRows;
    long perPart = Partition.rowsPerPart(features);
    if (items <= perPart) {
      body.run(0, numRows);
      return;
    }
    int parts = Math.toIntExact((items + perPart - 1) / perPart);
    pool.run(
        parts, part -> body.run(row(offsets, part * perPart), row(offsets, (part + 1) * perPart)));
  }

  /** The first row that has at least {@code items} entries and rows before it. */
  private static int row(int[] offsets, long items) {
    int low = 0;
    int high = offsets.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if ((long) offsets[middle] + middle < items) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public void aggregateSum(Tensor out, Csr csr, Tensor x, Tensor weights) {
    Writes.to(out);
    int features = x.size(1);
    int heads = weights == null ? 1 : weights.size(1);
    long weightsAt = weights == null ? 0 : weights.address();
    boolean single = out.dtype() == DType.FLOAT32;
    long outAt = out.address();
    long xAt = x.address();
    rows(
        csr,
        features,
        (from, to) -> {
          if (single) {
            SparseRowLoops.sum(outAt, csr, xAt, features, weightsAt, heads, from, to);
          } else {
            Float64SparseRows.sum(outAt, csr, xAt, features, weightsAt, heads, from, to);
          }
        });
  }

  @Override
  public void aggregateSumWeightGrad(Tensor dWeights, Csr csr, Tensor dOut, Tensor x) {
    Writes.to(dWeights);
    int features = x.size(1);
    int heads = dWeights.size(1);
    boolean single = dOut.dtype() == DType.FLOAT32;
    long to = dWeights.address();
    long dOutAt = dOut.address();
    long xAt = x.address();
    rows(
        csr,
        features,
        (from, end) -> {
          if (single) {
            SparseRowLoops.weightGrad(to, csr, dOutAt, xAt, features, heads, from, end);
          } else {
            Float64SparseRows.weightGrad(to, csr, dOutAt, xAt, features, heads, from, end);
          }
        });
  }

  @Override
  public void aggregateMax(Tensor out, Tensor ties, Csr csr, Tensor x) {
    Writes.to(out, ties);
    int features = x.size(1);
    boolean single = out.dtype() == DType.FLOAT32;
    long outAt = out.address();
    long tiesAt = ties.address();
    long xAt = x.address();
    rows(
        csr,
        features,
        (from, to) -> {
          if (single) {
            SparseRowMax.max(outAt, tiesAt, csr, xAt, features, from, to);
          } else {
            Float64SparseRows.max(outAt, tiesAt, csr, xAt, features, from, to);
          }
        });
  }

  @Override
  public void aggregateMaxGrad(Tensor dx, Csr csr, Tensor dOut, Tensor ties, Tensor x, Tensor out) {
    Writes.to(dx);
    int features = x.size(1);
    boolean single = dx.dtype() == DType.FLOAT32;
    long to = dx.address();
    long dOutAt = dOut.address();
    long tiesAt = ties.address();
    long xAt = x.address();
    long outAt = out.address();
    Csr byColumn = csr.transposed();
    rows(
        byColumn,
        features,
        (from, end) -> {
          if (single) {
            SparseRowMax.maxGrad(to, byColumn, dOutAt, tiesAt, xAt, outAt, features, from, end);
          } else {
            Float64SparseRows.maxGrad(
                to, byColumn, dOutAt, tiesAt, xAt, outAt, features, from, end);
          }
        });
  }

  @Override
  public void edgeScores(
      Tensor out, Csr csr, Tensor ofRows, Tensor ofColumns, double negativeSlope) {
    Writes.to(out);
    int heads = out.size(1);
    boolean single = out.dtype() == DType.FLOAT32;
    long outAt = out.address();
    long rowsAt = ofRows.address();
    long columnsAt = ofColumns.address();
    rows(
        csr,
        heads,
        (from, to) -> {
          if (single) {
            EdgeLoops.scores(outAt, csr, rowsAt, columnsAt, heads, (float) negativeSlope, from, to);
          } else {
            Float64Edges.scores(outAt, csr, rowsAt, columnsAt, heads, negativeSlope, from, to);
          }
        });
  }

  @Override
  public void edgeScoresGrad(
      Tensor dOfRows, Tensor dOfColumns, Csr csr, Tensor dOut, Tensor out, double negativeSlope) {
    Writes.to(dOfRows, dOfColumns);
    sumScoreGrads(dOfRows, csr, dOut, out, negativeSlope);
    sumScoreGrads(dOfColumns, csr.transposed(), dOut, out, negativeSlope);
  }

  private void sumScoreGrads(Tensor sums, Csr csr, Tensor dOut, Tensor out, double slope) {
    int heads = out.size(1);
    boolean single = out.dtype() == DType.FLOAT32;
    long sumsAt = sums.address();
    long dOutAt = dOut.address();
    long outAt = out.address();
    rows(
        csr,
        heads,
        (from, to) -> {
          if (single) {
            EdgeLoops.sumScoreGrads(sumsAt, csr, dOutAt, outAt, heads, (float) slope, from, to);
          } else {
            Float64Edges.sumScoreGrads(sumsAt, csr, dOutAt, outAt, heads, slope, from, to);
          }
        });
  }

  @Override
  public void edgeSoftmax(Tensor out, Csr csr, Tensor scores) {
    Writes.to(out);
    int heads = out.size(1);
    boolean single = out.dtype() == DType.FLOAT32;
    long outAt = out.address();
    long scoresAt = scores.address();
    rows(
        csr,
        heads,
        (from, to) -> {
          if (single) {
            EdgeLoops.softmax(outAt, csr, scoresAt, heads, from, to);
          } else {
            Float64Edges.softmax(outAt, csr, scoresAt, heads, from, to);
          }
        });
  }

  @Override
  public void edgeSoftmaxGrad(Tensor dScores, Csr csr, Tensor dOut, Tensor out) {
    Writes.to(dScores);
    int heads = out.size(1);
    boolean single = out.dtype() == DType.FLOAT32;
    long to = dScores.address();
    long dOutAt = dOut.address();
    long outAt = out.address();
    rows(
        csr,
        heads,
        (from, end) -> {
          if (single) {
            EdgeLoops.softmaxGrad(to, csr, dOutAt, outAt, heads, from, end);
          } else {
            Float64Edges.softmaxGrad(to, csr, dOutAt, outAt, heads, from, end);
          }
        });
  }
}
