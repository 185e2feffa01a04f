package io.troupe.tensor.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomGraphs;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SparseMatrixTest {
  private static void inScope(Consumer<RandomTensors> body) {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("sparse")) {
      body.accept(new RandomTensors(3));
    }
  }

  private static SparseMatrix random(RandomTensors random, DType dtype) {
    return new SparseMatrix(RandomGraphs.of(6, 9, 20, 3), random.of(dtype, 20));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void productEqualsDenseProduct(DType dtype) {
    inScope(
        random -> {
          SparseMatrix sparse = random(random, dtype);
          Tensor b = random.of(dtype, 9, 5);
          double[] expected = sparse.toDense().matmul(b).toDoubles();
          assertThat(sparse.matmul(b).toDoubles()).containsExactly(expected, within(1e-6));
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void rowsEqualRowsOfDenseMatrix(DType dtype) {
    inScope(
        random -> {
          SparseMatrix sparse = random(random, dtype);
          Tensor picked = sparse.rows(4, 0, 4).toDense();
          Tensor dense = sparse.toDense();
          assertThat(picked.shape()).isEqualTo(Shape.of(3, 9));
          for (int i = 0; i < 3; i++) {
            assertThat(picked.slice(i).toDoubles())
                .isEqualTo(dense.slice(i == 1 ? 0 : 4).toDoubles());
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"INT32", "BFLOAT16"})
  void rejectsUnsupportedValueTypes(DType dtype) {
    inScope(
        _ ->
            assertThatThrownBy(
                    () ->
                        new SparseMatrix(
                            RandomGraphs.of(2, 2, 3, 1), Tensor.empty(dtype, Shape.of(3))))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                    "values of 2 x 2 with 3 entries must be FLOAT32 or FLOAT64 (entries), got "
                        + dtype
                        + " (3)"));
  }
}
