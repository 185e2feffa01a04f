package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Memory;
import io.troupe.tensor.MemoryPool;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CpuMatricesTest {
  private final ComputePool threads = new ComputePool(2);
  private final CpuMatrices matrices = new CpuMatrices(threads);
  private final MemoryPool memory = new MemoryPool();
  private final Scope scope = new Engine(null, memory).open("test");
  private final SplittableRandom random = new SplittableRandom(7);

  @AfterEach
  void close() {
    scope.close();
    memory.close();
    threads.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void productsOfEveryTransposeAgreeWithPlainOnes(DType dtype) {
    for (int m : new int[] {0, 1, 2, 7, 16, 17}) {
      for (int n : new int[] {0, 1, 15, 16, 17, 33}) {
        for (int k : new int[] {0, 1, 5, 16, 31}) {
          for (int flags = 0; flags < 16; flags++) {
            checkProduct(dtype, m, n, k, flags);
          }
        }
      }
    }
  }

  /** Flags: 1 transposes a, 2 transposes b, 4 accumulates, 8 multiplies a batch by a shared b. */
  private void checkProduct(DType dtype, int m, int n, int k, int flags) {
    boolean transposeA = (flags & 1) != 0;
    boolean transposeB = (flags & 2) != 0;
    boolean accumulate = (flags & 4) != 0;
    boolean shared = (flags & 8) != 0;
    Tensor a = transposeA ? uniform(dtype, 3, k, m) : uniform(dtype, 3, m, k);
    int batchOfB = shared ? 1 : 3;
    Tensor b = transposeB ? uniform(dtype, batchOfB, n, k) : uniform(dtype, batchOfB, k, n);
    Tensor out = uniform(dtype, 3, m, n);
    double[] before = out.toDoubles();
    double[] left = a.toDoubles();
    double[] right = b.toDoubles();
    matrices.matmul(
        out, a, transposeA, shared ? b.view(0, b.shape().without(0)) : b, transposeB, accumulate);
    double[] got = out.toDoubles();
    for (int at = 0; at < got.length; at++) {
      int batch = at / (m * n);
      int i = at / n % m;
      int j = at % n;
      double want = accumulate ? before[at] : 0;
      for (int p = 0; p < k; p++) {
        double x = left[batch * m * k + (transposeA ? p * m + i : i * k + p)];
        int offset = shared ? 0 : batch * k * n;
        want += x * right[offset + (transposeB ? j * k + p : p * n + j)];
      }
      assertThat(got[at])
          .as("%s m=%s n=%s k=%s flags=%s element %s", dtype, m, n, k, flags, at)
          .isCloseTo(want, org.assertj.core.data.Offset.offset(tolerance(dtype, k)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void linearAddsItsBias(DType dtype) {
    Tensor x = uniform(dtype, 5, 7);
    Tensor weight = uniform(dtype, 18, 7);
    Tensor bias = uniform(dtype, 18);
    Tensor plain = uniform(dtype, 5, 18);
    Tensor biased = uniform(dtype, 5, 18);
    matrices.linear(plain, x, weight, null);
    matrices.linear(biased, x, weight, bias);
    for (int i = 0; i < 5 * 18; i++) {
      assertThat(biased.get(i))
          .isCloseTo(
              plain.get(i) + bias.get(i % 18),
              org.assertj.core.data.Offset.offset(tolerance(dtype, 7)));
    }
  }

  @Test
  void linearOfNoRowsOrNoFeaturesIsDefined() {
    matrices.linear(uniform(DType.FLOAT32, 0, 4), uniform(DType.FLOAT32, 0, 3), weight(4, 3), null);
    Tensor out = uniform(DType.FLOAT32, 2, 4);
    matrices.linear(out, uniform(DType.FLOAT32, 2, 0), weight(4, 0), Tensor.of(new float[4]));
    assertThat(out.toFloats()).containsOnly(0f);
  }

  private Tensor weight(int outFeatures, int inFeatures) {
    return uniform(DType.FLOAT32, outFeatures, inFeatures);
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
