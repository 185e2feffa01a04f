package io.troupe.tensor.cpu;

import static io.troupe.tensor.cpu.CpuElementwiseTest.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.ReduceOp;
import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.vectors.Lanes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuReductionsTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  @ParameterizedTest
  @EnumSource(ReduceOp.class)
  void reducesAnyDimensions(ReduceOp op) {
    int[][][] shapes = {
      {{7, 33}, {7, 1}},
      {{7, 33}, {33}},
      {{7, 33}, {1, 1}},
      {{7, 33}, {7, 33}},
      {{7, 33}, {}},
      {{2, 3, 4, 5}, {2, 1, 4, 1}},
      {{2, 3, 4, 5}, {1, 3, 1, 5}},
      {{2, 3, 4, 5}, {3, 1, 5}},
      {{2, 1, 4, 5}, {1, 1, 4, 1}},
      {{3, 1, 1, 2}, {1, 1, 1, 1}},
      {{1, 1}, {}},
      {{}, {}},
      {{4000, 19}, {19}},
      {{3, 1500, 17}, {3, 1, 17}},
      {{2, 70_001}, {2, 1}},
      {{0, 3}, {3}},
      {{3, 0}, {3, 1}},
      {{0, 3}, {0, 1}},
    };
    Samples.inScope(
        () -> {
          for (int[][] pair : shapes) {
            Tensor a = Samples.normal(DType.FLOAT32, Shape.of(pair[0]), 1, 1);
            double[] expected = reduceByHand(op, a, Shape.of(pair[1]));
            for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
              Tensor out = Tensor.full(type, Shape.of(pair[1]), 99);
              Backend.of(out).reduction().reduce(op, out, a.to(type));
              assertThat(out.toDoubles())
                  .as(op + " " + a.shape() + " to " + out.shape())
                  .containsExactly(
                      expected, Offset.offset(type == DType.FLOAT32 ? tolerance(a, out) : 1e-10));
            }
          }
        });
  }

  /**
   * Six standard deviations of the error of a sum of n normal numbers. Its strands of k elements
   * are partial sums of single precision: the sums of their first 1 to k elements have the squares
   * 1 to k on average and are rounded with a relative error of up to 2^-24, so that all n / k
   * strands have a variance of at most 2^-48 n k / 2 / 3. Narrower vectors have longer strands.
   */
  private static double tolerance(Tensor a, Tensor out) {
    double n = (double) a.numel() / Math.max(1, out.numel());
    double k = SumLoops.BLOCK / (4.0 * Lanes.COUNT);
    return Math.max(1e-4, 6 * 0x1p-24 * Math.sqrt(n * k / 6));
  }

  private static double[] reduceByHand(ReduceOp op, Tensor a, Shape out) {
    double[] result = new double[(int) out.numel()];
    Arrays.fill(result, op == ReduceOp.SUM ? 0 : Double.NEGATIVE_INFINITY);
    for (int i = 0; i < a.numel(); i++) {
      int place = 0;
      int stride = 1;
      int rest = i;
      for (int d = 1; d <= a.rank(); d++) {
        int index = rest % a.size(-d);
        rest /= a.size(-d);
        if (d <= out.rank()) {
          place += out.size(-d) == 1 ? 0 : index * stride;
          stride *= out.size(-d);
        }
      }
      double x = a.get(i);
      result[place] = op == ReduceOp.SUM ? result[place] + x : Math.max(result[place], x);
    }
    return result;
  }

  @Test
  void sumOfAMillionElementsIsAccurate() {
    Samples.inScope(
        () -> {
          Tensor a = Tensor.full(DType.FLOAT32, Shape.of(1_000_003), 0.1);
          assertThat(a.sum().item()).isCloseTo(1_000_003 * 0.1, Offset.offset(0.1));
          assertThat(Backend.of(a).reduction().sumSquares(a))
              .isCloseTo(1_000_003 * 0.1 * 0.1, Offset.offset(1e-3));
        });
  }

  @Test
  void sumSquaresOfTensorsAreAddedInOrder() {
    Samples.inScope(
        () -> {
          List<Tensor> tensors = new ArrayList<>();
          double expected = 0;
          for (int n : new int[] {3, Samples.BEYOND_A_PART, 0, 128, 70_000}) {
            Tensor single = Samples.normal(DType.FLOAT32, Shape.of(n), 1, n);
            for (Tensor tensor : List.of(single, single.to(DType.FLOAT64))) {
              tensors.add(tensor);
              expected += Backend.of(tensor).reduction().sumSquares(tensor);
            }
          }
          assertThat(Backend.of(tensors.getFirst()).reduction().sumSquaresOfAll(tensors))
              .isEqualTo(expected);
        });
  }

  @Test
  void sumSquaresIsExactAtAnyLength() {
    Samples.inScope(
        () -> {
          for (int n : Samples.LENGTHS) {
            Tensor a = Samples.normal(DType.FLOAT32, Shape.of(n), 1e15, n);
            double expected = 0;
            for (double x : a.toDoubles()) {
              expected += x * x;
            }
            Offset<Double> rounding = Offset.offset(1e-14 * (1 + expected));
            assertThat(Backend.of(a).reduction().sumSquares(a)).isCloseTo(expected, rounding);
            assertThat(Backend.of(a).reduction().sumSquares(a.to(DType.FLOAT64)))
                .isCloseTo(expected, rounding);
          }
        });
  }

  @Test
  void maximumKeepsNaNAndInfinities() {
    Samples.inScope(
        () -> {
          for (int n : new int[] {1, 5, 16, 40}) {
            float[] values = new float[n];
            Arrays.fill(values, -INF);
            assertThat(Tensor.of(values).max(0).item()).isEqualTo(Double.NEGATIVE_INFINITY);
            values[n - 1] = Float.NaN;
            assertThat(Tensor.of(values).max(0).item()).isNaN();
            assertThat(Tensor.of(values).to(DType.FLOAT64).max(0).item()).isNaN();
            assertThat(Tensor.of(values, n, 1).max(0).item()).isNaN();
          }
        });
  }

  @Test
  void argmaxTakesTheFirstLargestAndNaNBeforeAll() {
    Samples.inScope(
        () -> {
          float[] rows = {
            1, 5, 5, 0, /**/ -INF, -INF, -INF, -INF, /**/ 1, Float.NaN, 7, Float.NaN, /**/ 0, -0f,
            1, INF
          };
          for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            Tensor a = Tensor.of(rows, 4, 4).to(type);
            assertThat(a.argmax().toInts()).containsExactly(1, 0, 1, 3);
          }
          for (int n : Samples.LENGTHS) {
            Tensor a = Samples.normal(DType.FLOAT32, Shape.of(2, Math.max(1, n)), 1, n);
            double[] row = Arrays.copyOf(a.toDoubles(), a.size(1));
            int best = 0;
            for (int i = 1; i < row.length; i++) {
              best = row[i] > row[best] ? i : best;
            }
            assertThat(a.argmax().toInts()[0]).isEqualTo(best);
          }
        });
  }

  @Test
  void softmaxesAgreeWithDoublePrecisionAtAnyLength() {
    Samples.inScope(
        () -> {
          for (int n : Samples.LENGTHS) {
            Tensor x = Samples.normal(DType.FLOAT32, Shape.of(3, n), 5, n);
            Tensor d = Samples.normal(DType.FLOAT32, x.shape(), 1, n + 1);
            Tensor x64 = x.to(DType.FLOAT64);
            assertClose(x.softmax(), x64.softmax(), "softmax " + n);
            assertClose(x.logSoftmax(), x64.logSoftmax(), "logSoftmax " + n);
            Tensor dx = Samples.like(x);
            Tensor expected = Samples.like(x64);
            var backend = Backend.of(x);
            backend.reduction().softmaxGrad(dx, d, x.softmax());
            backend.reduction().softmaxGrad(expected, d.to(DType.FLOAT64), x64.softmax());
            assertClose(dx, expected, "softmax gradient " + n);
            // in place: the result overwrites the incoming gradient
            Tensor y = x.logSoftmax();
            backend.reduction().logSoftmaxGrad(expected, d.to(DType.FLOAT64), x64.logSoftmax());
            backend.reduction().logSoftmaxGrad(d, d, y);
            assertClose(d, expected, "logSoftmax gradient " + n);
          }
        });
  }

  @Test
  void softmaxOfExtremeRows() {
    Samples.inScope(
        () -> {
          Tensor x =
              Tensor.of(
                  new float[] {
                    -INF, -INF, -INF, /**/ 3e38f, -3e38f, 0, /**/ -INF, 2, -INF, /**/ 1, Float.NaN,
                    2, /**/ INF, 0, 0
                  },
                  5,
                  3);
          for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            double[] p = x.to(type).softmax().toDoubles();
            assertThat(Arrays.copyOfRange(p, 0, 3)).containsOnly(Double.NaN);
            assertThat(Arrays.copyOfRange(p, 3, 9)).containsExactly(1, 0, 0, 0, 1, 0);
            assertThat(Arrays.copyOfRange(p, 9, 15)).containsOnly(Double.NaN);
            double[] logs = x.to(type).logSoftmax().toDoubles();
            assertThat(logs[3]).isZero();
            assertThat(logs[6]).isEqualTo(Double.NEGATIVE_INFINITY);
            assertThat(logs[7]).isZero();
          }
        });
  }

  @Test
  void aRowDoesNotDependOnTheOthers() {
    Samples.inScope(
        () -> {
          Tensor x = Samples.normal(DType.FLOAT32, Shape.of(77, 1003), 3, 5);
          float[] all = x.softmax().slice(41).toFloats();
          assertThat(x.slice(41).softmax().toFloats()).isEqualTo(all);
          assertThat((float) x.slice(41).sum(0).item()).isEqualTo((float) x.sum(1).get(41));
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void threadsDoNotChangeResults(int threads) {
    float[] two = Samples.inScope(2, CpuReductionsTest::computeAll);
    assertThat(Samples.inScope(threads, CpuReductionsTest::computeAll)).isEqualTo(two);
  }

  private static float[] computeAll() {
    Tensor x = Samples.normal(DType.FLOAT32, Shape.of(301, 517), 1, 10);
    Tensor rows = x.softmax().sum(1);
    Tensor columns = x.apply(UnaryOp.SQUARE).sum(0);
    Tensor all = x.sum();
    Tensor norm = Tensor.scalar(DType.FLOAT32, Backend.of(x).reduction().sumSquares(x));
    return rows.sum().add(columns).add(all).add(norm).toFloats();
  }
}
