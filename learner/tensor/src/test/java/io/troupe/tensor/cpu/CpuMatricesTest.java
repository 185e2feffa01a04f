package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.products.CpuMatrices;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;
import io.troupe.tensor.memory.MemoryPool;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CpuMatricesTest {
  private final ComputePool threads = new ComputePool(3);
  private final CpuMatrices matrices = new CpuMatrices(threads);
  private final MemoryPool memory = new MemoryPool();
  private final Scope scope = new Engine(CpuBackend.create(1), memory).open("test");
  private final SplittableRandom random = new SplittableRandom(7);

  @AfterEach
  void close() {
    scope.close();
    memory.close();
    threads.close();
  }

  /** Sizes around the lane count, panels, tile rows, blocks of k and rows per part. */
  @ParameterizedTest
  @CsvSource({
    "0, 3, 4",
    "3, 0, 4",
    "3, 4, 0",
    "1, 1, 1",
    "1, 1, 2",
    "2, 3, 5",
    "3, 15, 7",
    "4, 16, 16",
    "5, 17, 31",
    "6, 31, 13",
    "7, 32, 64",
    "8, 33, 9",
    "9, 63, 5",
    "10, 64, 3",
    "11, 65, 17",
    "12, 32, 24",
    "13, 96, 11",
    "23, 97, 8",
    "25, 127, 6",
    "1, 128, 383",
    "2, 129, 384",
    "3, 130, 385",
    "14, 41, 767",
    "1, 161, 769",
    "27, 7, 1153",
    "47, 10, 60",
    "49, 70, 50",
    "193, 37, 40",
    "389, 35, 21"
  })
  void productsAgreeWithSumsInDoublePrecision(int m, int n, int k) {
    for (int flags = 0; flags < 16; flags++) {
      checkProduct(DType.FLOAT32, m, n, k, flags);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 2800, 384", "2, 40, 33000", "3, 2784, 771"})
  void productsPackedInTurnAgreeWithSumsInDoublePrecision(int m, int n, int k) {
    for (int flags = 0; flags < 8; flags++) {
      checkProduct(DType.FLOAT32, m, n, k, flags | 8);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 3, 4", "3, 4, 0", "1, 1, 1", "5, 17, 31", "13, 33, 40"})
  void doublePrecisionProductsAgreeWithSums(int m, int n, int k) {
    for (int flags = 0; flags < 16; flags++) {
      checkProduct(DType.FLOAT64, m, n, k, flags);
    }
  }

  /** Flags: 1 transposes a, 2 transposes b, 4 accumulates, 8 multiplies a batch by a shared b. */
  private void checkProduct(DType dtype, int m, int n, int k, int flags) {
    boolean transposeA = (flags & 1) != 0;
    boolean transposeB = (flags & 2) != 0;
    boolean accumulate = (flags & 4) != 0;
    boolean shared = (flags & 8) != 0;
    int batch = (long) m * n * k > 50_000 ? 1 : 3;
    Tensor a = transposeA ? uniform(dtype, batch, k, m) : uniform(dtype, batch, m, k);
    int items = shared ? 1 : batch;
    Tensor b = transposeB ? uniform(dtype, items, n, k) : uniform(dtype, items, k, n);
    Tensor out = uniform(dtype, batch, m, n);
    double[] expected = accumulate ? out.toDoubles() : new double[batch * m * n];
    for (int item = 0; item < batch; item++) {
      int bFrom = shared ? 0 : item * k * n;
      addProduct(
          expected,
          item * m * n,
          strided(a.toDoubles(), item * m * k, m, k, transposeA),
          strided(b.toDoubles(), bFrom, k, n, transposeB));
    }
    Tensor right = shared ? b.view(0, b.shape().without(0)) : b;
    matrices.matmul(out, a, transposeA, right, transposeB, accumulate);
    assertThat(largestError(out, expected))
        .as("%s m=%s n=%s k=%s flags=%s", dtype, m, n, k, flags)
        .isLessThanOrEqualTo(tolerance(dtype, k));
    scope.release(a);
    scope.release(b);
    scope.release(out);
  }

  private static double largestError(Tensor actual, double[] expected) {
    double[] elements = actual.toDoubles();
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(elements[i] - expected[i]));
    }
    return largest;
  }

  private static double[][] strided(
      double[] elements, int from, int rows, int columns, boolean transposed) {
    double[][] matrix = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix[i][j] = elements[from + (transposed ? j * rows + i : i * columns + j)];
      }
    }
    return matrix;
  }

  private static void addProduct(double[] out, int from, double[][] a, double[][] b) {
    int n = b.length == 0 ? 0 : b[0].length;
    for (int i = 0; i < a.length; i++) {
      for (int p = 0; p < b.length; p++) {
        for (int j = 0; j < n; j++) {
          out[from + i * n + j] += a[i][p] * b[p][j];
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void linearAddsItsBias(DType dtype) {
    for (int inFeatures : new int[] {0, 7, 800}) {
      Tensor x = uniform(dtype, 15, inFeatures);
      Tensor weight = uniform(dtype, 166, inFeatures);
      Tensor bias = uniform(dtype, 166);
      Tensor plain = uniform(dtype, 15, 166);
      Tensor biased = uniform(dtype, 15, 166);
      matrices.linear(plain, x, weight, null);
      matrices.linear(biased, x, weight, bias);
      double[] expected = plain.toDoubles();
      for (int i = 0; i < expected.length; i++) {
        expected[i] += bias.get(i % 166);
      }
      assertThat(largestError(biased, expected)).isLessThanOrEqualTo(tolerance(dtype, inFeatures));
    }
  }

  @Test
  void linearOfNoRowsOrNoFeaturesIsDefined() {
    matrices.linear(
        uniform(DType.FLOAT32, 0, 4),
        uniform(DType.FLOAT32, 0, 3),
        uniform(DType.FLOAT32, 4, 3),
        null);
    Tensor out = uniform(DType.FLOAT32, 2, 4);
    Tensor nothing = uniform(DType.FLOAT32, 4, 0);
    matrices.linear(out, uniform(DType.FLOAT32, 2, 0), nothing, null);
    assertThat(out.toFloats()).containsOnly(0f);
  }

  /** A bound on the rounding of k products of numbers below one. */
  private static double tolerance(DType dtype, int k) {
    return (dtype == DType.FLOAT32 ? 0x1p-23 : 0x1p-52) * (k + 2);
  }

  private Tensor uniform(DType dtype, int... sizes) {
    Tensor tensor = Tensor.empty(dtype, Shape.of(sizes));
    for (long i = 0; i < tensor.numel(); i++) {
      long at = tensor.address() + i * dtype.sizeBytes();
      double value = random.nextDouble(-1, 1);
      if (dtype == DType.FLOAT32) {
        Memory.setFloat(at, (float) value);
      } else {
        Memory.setDouble(at, value);
      }
    }
    return tensor;
  }
}
