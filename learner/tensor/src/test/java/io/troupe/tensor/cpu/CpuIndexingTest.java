package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuIndexingTest {
  @ParameterizedTest
  @EnumSource(DType.class)
  void permutesAnyOrder(DType type) {
    int[][][] cases = {
      {{5, 7}, {1, 0}},
      {{33, 18}, {1, 0}},
      {{1, 9}, {1, 0}},
      {{3, 5, 2, 16}, {0, 2, 1, 3}},
      {{3, 4, 17, 20}, {0, 1, 3, 2}},
      {{3, 4, 17, 20}, {3, 2, 1, 0}},
      {{3, 4, 17, 20}, {2, 0, 3, 1}},
      {{3, 4, 17, 20}, {3, 0, 1, 2}},
      {{3, 4, 17, 20}, {0, 1, 2, 3}},
      {{2, 3, 1, 4}, {2, 1, 3, 0}},
      {{4, 0, 3}, {2, 1, 0}},
      {{}, {}},
      {{1, 1}, {1, 0}},
      {{300, 150}, {1, 0}},
    };
    Samples.inScope(
        () -> {
          for (int[][] each : cases) {
            Shape shape = Shape.of(each[0]);
            double[] values = new double[(int) shape.numel()];
            // small enough that BFLOAT16 represents each value exactly
            Arrays.setAll(values, i -> i % 251);
            Tensor a = Samples.of(type, values, shape);
            Tensor actual = a.permute(each[1]);
            assertThat(actual.toDoubles())
                .as(shape + " in order " + Arrays.toString(each[1]))
                .isEqualTo(permuteByHand(values, shape, each[1]));
          }
        });
  }

  private static double[] permuteByHand(double[] a, Shape shape, int[] order) {
    double[] out = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      int place = 0;
      int stride = 1;
      for (int k = order.length - 1; k >= 0; k--) {
        int dim = order[k];
        int index = (int) (i / shape.product(dim + 1, shape.rank())) % shape.size(dim);
        place += index * stride;
        stride *= shape.size(dim);
      }
      out[place] = a[i];
    }
    return out;
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void regionsAreReadAndWritten(DType type) {
    Samples.inScope(
        () -> {
          double[] values = new double[3 * 5 * 7];
          Arrays.setAll(values, i -> i);
          Tensor a = Samples.of(type, values, Shape.of(3, 5, 7));
          for (int dim = 0; dim < 3; dim++) {
            for (int length = 0; length <= a.size(dim) - 1; length++) {
              Tensor part = Tensor.empty(type, a.shape().with(dim, length));
              Backend.of(part).indexing().readRegion(part, a, dim, 1);
              Tensor whole = Tensor.zeros(type, a.shape());
              Backend.of(whole).indexing().writeRegion(whole, part, dim, 1);
              for (int i = 0; i < values.length; i++) {
                long index = i / a.shape().product(dim + 1, 3) % a.size(dim);
                boolean inside = index >= 1 && index < 1 + length;
                assertThat(whole.get(i)).isEqualTo(inside ? values[i] : 0);
              }
              if (type.isComputed()) {
                Backend.of(whole).indexing().addRegion(whole, part, dim, 1);
                assertThat(whole.sum().item()).isEqualTo(2 * part.sum().item());
              }
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void embeddingTakesRowsAndItsGradientAddsThem(DType type) {
    Samples.inScope(
        () -> {
          for (int features : new int[] {1, 16, 19, 200}) {
            Tensor weight = Samples.normal(type, Shape.of(11, features), 1, 1);
            int[] ids = new int[400];
            Arrays.setAll(ids, i -> i * i % 10); // index 10 does not occur
            Tensor out = Tensor.empty(type, Shape.of(ids.length, features));
            Backend.of(out).indexing().embedding(out, weight, Tensor.of(ids));
            Tensor dWeight = Tensor.full(type, weight.shape(), 1);
            Backend.of(dWeight).indexing().embeddingGrad(dWeight, out, Tensor.of(ids));
            double[] expected = new double[11 * features];
            Arrays.fill(expected, 1);
            for (int i = 0; i < ids.length; i++) {
              for (int j = 0; j < features; j++) {
                double x = weight.get((long) ids[i] * features + j);
                assertThat(out.get((long) i * features + j)).isEqualTo(x);
                int at = ids[i] * features + j;
                expected[at] =
                    type == DType.FLOAT32 ? (float) (expected[at] + x) : expected[at] + x;
              }
            }
            // summed in the same order, so equal bit for bit
            assertThat(dWeight.toDoubles()).isEqualTo(expected);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void gatherTakesElementsAndItsGradientAddsThem(DType type) {
    Samples.inScope(
        () -> {
          Tensor a = Samples.normal(type, Shape.of(2, 3, 5), 1, 1);
          Tensor index = Tensor.of(new int[] {4, 4, 0, 1, 2, 2, 3, 0, 1, 1, 0, 4}, 2, 3, 2);
          Tensor out = a.gather(index);
          Tensor da = Tensor.zeros(type, a.shape());
          Backend.of(da).indexing().gatherGrad(da, Tensor.full(type, index.shape(), 1), index);
          double[] counts = new double[30];
          for (int i = 0; i < 12; i++) {
            int at = i / 2 * 5 + (int) index.get(i);
            assertThat(out.get(i)).isEqualTo(a.get(at));
            counts[at]++;
          }
          assertThat(da.toDoubles()).isEqualTo(counts);
        });
  }

  @Test
  void emptyIndicesMoveNoElements() {
    Samples.inScope(
        () -> {
          Tensor weight = Tensor.zeros(4, 3);
          Tensor out = Tensor.zeros(0, 3);
          Tensor ids = Tensor.of(new int[0]);
          Backend.of(out).indexing().embedding(out, weight, ids);
          Backend.of(out).indexing().embeddingGrad(weight, out, ids);
          assertThat(weight.toFloats()).containsOnly(0);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void threadsDoNotChangeResults(int threads) {
    float[] two = Samples.inScope(2, CpuIndexingTest::computeAll);
    assertThat(Samples.inScope(threads, CpuIndexingTest::computeAll)).isEqualTo(two);
  }

  private static float[] computeAll() {
    Tensor x = Samples.normal(DType.FLOAT32, Shape.of(700, 150), 1, 10);
    int[] ids = new int[700];
    Arrays.setAll(ids, i -> i % 13);
    Tensor dWeight = Tensor.zeros(13, 150);
    Backend.of(dWeight).indexing().embeddingGrad(dWeight, x, Tensor.of(ids));
    return x.transpose(0, 1).sum(1).add(dWeight).toFloats();
  }
}
