package io.troupe.tensor.backend;

import static io.troupe.tensor.backend.Agreement.COMPUTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MatricesAgreementTest {
  /**
   * Numbers of rows and columns and inner sizes around vector and tile sizes, in all combinations.
   */
  private static final int[] ROWS = {0, 1, 2, 5, 6, 7, 13, 31};

  private static final int[] COLUMNS = {1, 15, 16, 17, 33, 97};
  private static final int[] INNER = {0, 1, 8, 31, 97};

  /** Bound on the rounding error, in units, of a sum of this many products of numbers below 1. */
  private static final double OF_A_SUM = 97;

  @AutoClose private static final Agreement AGREEMENT = new Agreement();

  @Test
  void products() {
    for (DType dtype : COMPUTED) {
      for (int m : ROWS) {
        for (int n : COLUMNS) {
          for (int k : INNER) {
            int form = (m + n + k) % 8;
            checkProduct(dtype, m, n, k, (form & 1) != 0, (form & 2) != 0, (form & 4) != 0);
          }
        }
      }
    }
  }

  @Test
  void transposedAndAccumulatedProducts() {
    for (DType dtype : COMPUTED) {
      for (int form = 0; form < 8; form++) {
        checkProduct(dtype, 7, 17, 31, (form & 1) != 0, (form & 2) != 0, (form & 4) != 0);
        checkProduct(dtype, 1, 1, 1, (form & 1) != 0, (form & 2) != 0, (form & 4) != 0);
      }
    }
  }

  private static void checkProduct(
      DType dtype,
      int m,
      int n,
      int k,
      boolean transposeA,
      boolean transposeB,
      boolean accumulate) {
    AGREEMENT.check(
        "%s (%d, %d, %d), transposed %s %s, accumulate %s"
            .formatted(dtype, m, n, k, transposeA, transposeB, accumulate),
        OF_A_SUM,
        (backend, random) -> {
          Tensor a = transposeA ? random.of(dtype, k, m) : random.of(dtype, m, k);
          Tensor b = transposeB ? random.of(dtype, n, k) : random.of(dtype, k, n);
          Tensor out = random.of(dtype, m, n);
          backend.products().matmul(out, a, transposeA, b, transposeB, accumulate);
          return List.of(out);
        });
  }

  @Test
  void batches() {
    for (DType dtype : COMPUTED) {
      for (int form = 0; form < 8; form++) {
        boolean transposeA = (form & 1) != 0;
        boolean transposeB = (form & 2) != 0;
        boolean shared = (form & 4) != 0;
        AGREEMENT.check(
            "batch of " + dtype + ", form " + form,
            OF_A_SUM,
            (backend, random) -> {
              Tensor a = transposeA ? random.of(dtype, 2, 3, 7, 5) : random.of(dtype, 2, 3, 5, 7);
              Tensor b = transposeB ? random.of(dtype, 2, 3, 9, 7) : random.of(dtype, 2, 3, 7, 9);
              Tensor right = shared ? b.slice(0).slice(0) : b;
              Tensor out = Tensor.empty(dtype, Shape.of(2, 3, 5, 9));
              backend.products().matmul(out, a, transposeA, right, transposeB, false);
              return List.of(out);
            });
      }
    }
  }

  @Test
  void linear() {
    for (DType dtype : COMPUTED) {
      for (int rows : ROWS) {
        for (int outFeatures : COLUMNS) {
          int inFeatures = INNER[(rows + outFeatures) % INNER.length];
          AGREEMENT.check(
              "linear " + dtype + " " + rows + " " + inFeatures + " " + outFeatures,
              OF_A_SUM,
              (backend, random) -> {
                Tensor x = random.of(dtype, rows, inFeatures);
                Tensor weight = random.of(dtype, outFeatures, inFeatures);
                Tensor out = Tensor.empty(dtype, Shape.of(rows, outFeatures));
                backend.products().linear(out, x, weight, random.of(dtype, outFeatures));
                Tensor withoutBias = Tensor.empty(dtype, out.shape());
                backend.products().linear(withoutBias, x, weight, null);
                return List.of(out, withoutBias);
              });
        }
      }
    }
  }

  @Test
  void fusedLinearLayers() {
    for (DType dtype : COMPUTED) {
      for (int rows : ROWS) {
        AGREEMENT.check(
            "fused layers " + dtype + " " + rows,
            2 * OF_A_SUM,
            (backend, random) -> {
              Tensor x = random.of(dtype, rows, 31);
              Tensor bias = random.of(dtype, 17);
              LinearLayer gate = layer(random, x, bias);
              LinearLayer up = layer(random, x, null);
              Tensor gated = Tensor.empty(dtype, Shape.of(rows, 17));
              backend.products().linearSwiglu(gated, x, gate, up);
              LinearLayer other = layer(random, x, bias);
              backend.products().linearLayers(x, List.of(other, layer(random, x, null)));
              Tensor sum = Tensor.empty(dtype, Shape.of(rows, 17));
              backend.products().linearAdd(sum, gated, x, up.weight(), bias);
              return List.of(gated, gate.out(), up.out(), other.out(), sum);
            });
      }
    }
  }

  private static LinearLayer layer(RandomTensors random, Tensor x, Tensor bias) {
    Tensor out = Tensor.empty(x.dtype(), Shape.of(x.size(0), 17));
    return new LinearLayer(out, random.of(x.dtype(), 17, x.size(1)), bias);
  }

  @ParameterizedTest
  @EnumSource
  void productOfARowDoesNotDependOnOtherRows(TestBackend kind) {
    try (Engine engine = kind.open();
        Scope _ = engine.open("rows")) {
      for (DType dtype : COMPUTED) {
        RandomTensors random = new RandomTensors(5);
        Tensor x = random.of(dtype, 37, 53);
        Tensor weight = random.of(dtype, 41, 53);
        Tensor together = Tensor.empty(dtype, Shape.of(37, 41));
        Backend.of(engine).products().linear(together, x, weight, null);
        for (int rows : new int[] {1, 2, 3, 8, 13}) {
          Tensor fewer = Tensor.empty(dtype, Shape.of(rows, 41));
          Backend.of(engine).products().linear(fewer, x.rows(11, 11 + rows), weight, null);
          assertThat(fewer.toDoubles())
              .as("%s, %d rows", dtype, rows)
              .containsExactly(together.rows(11, 11 + rows).toDoubles());
        }
      }
    }
  }
}
