package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.Csr;
import io.troupe.tensor.DType;
import io.troupe.tensor.RandomGraphs;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Aggregation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuAggregationTest {
  /** A matrix with many parts, and one row with a third of all entries. */
  private static Csr large() {
    Csr even = RandomGraphs.of(700, 700, 6000, 8);
    int[] rows = new int[9000];
    int[] columns = new int[9000];
    for (int r = 0; r < 700; r++) {
      for (int e = even.offsets()[r]; e < even.offsets()[r + 1]; e++) {
        rows[even.positions()[e]] = r;
        columns[even.positions()[e]] = even.columns()[e];
      }
    }
    Arrays.fill(rows, 6000, 9000, 17);
    for (int i = 6000; i < 9000; i++) {
      columns[i] = i % 700;
    }
    return Csr.of(700, 700, rows, columns);
  }

  private static List<double[]> results(int threads) {
    Csr csr = large();
    return Samples.inScope(
        threads,
        () -> {
          Tensor x = Samples.normal(DType.FLOAT32, Shape.of(700, 88), 1, 1).requiresGrad(true);
          Tensor scores = Samples.normal(DType.FLOAT32, Shape.of(700, 8), 1, 2).requiresGrad(true);
          Tensor shares =
              Aggregation.edgeSoftmax(csr, Aggregation.edgeScores(csr, scores, scores, 0.2));
          Tensor out =
              Aggregation.sum(csr, x, shares)
                  .add(Aggregation.mean(csr, x))
                  .mul(Aggregation.max(csr, x));
          out.backward(Samples.normal(DType.FLOAT32, out.shape(), 1, 3));
          List<double[]> results = new ArrayList<>();
          for (Tensor tensor : List.of(out, x.grad(), scores.grad())) {
            results.add(tensor.toDoubles());
          }
          return results;
        });
  }

  @Test
  void resultsDoNotDependOnThreadsBitForBit() {
    List<double[]> alone = results(1);
    for (int threads : new int[] {2, 3}) {
      List<double[]> together = results(threads);
      for (int i = 0; i < alone.size(); i++) {
        assertThat(together.get(i)).as("result %d, %d threads", i, threads).isEqualTo(alone.get(i));
      }
    }
  }

  @Test
  void everyRowOfALargeMatrixIsSummedOnce() {
    Csr csr = large();
    Samples.inScope(
        () -> {
          Tensor ones = Tensor.full(DType.FLOAT32, Shape.of(700, 40), 1);
          float[] sums = Aggregation.sum(csr, ones).toFloats();
          for (int r = 0; r < 700; r++) {
            for (int i = 0; i < 40; i++) {
              assertThat(sums[40 * r + i]).as("row %d", r).isEqualTo(csr.degree(r));
            }
          }
        });
  }
}
