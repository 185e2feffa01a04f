package io.troupe.tensor.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class NdArraysTest {
  private Engine engine;
  private Scope scope;

  @BeforeEach
  void open() {
    engine = Engine.of(new Nd4jBackend());
    scope = engine.open("test");
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  @ParameterizedTest
  @EnumSource
  void tensorAndArrayShareMemory(DType dtype) {
    Tensor tensor = Tensor.full(dtype, Shape.of(2, 3), 5);
    INDArray array = NdArrays.of(tensor);
    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.data().address()).isEqualTo(tensor.address());
    assertThat(array.castTo(DataType.DOUBLE).toDoubleMatrix())
        .isDeepEqualTo(new double[][] {{5, 5, 5}, {5, 5, 5}});

    array.putScalar(1, 0, -7);
    assertThat(tensor.toDoubles()).containsExactly(5, 5, 5, -7, 5, 5);

    tensor.copyFrom(Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3));
    assertThat(array.castTo(DataType.DOUBLE).toDoubleMatrix())
        .isDeepEqualTo(new double[][] {{1, 2, 3}, {4, 5, 6}});
  }

  @Test
  void aViewSharesMemoryWithItsTensor() {
    Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    NdArrays.of(tensor.slice(1)).addi(10);
    assertThat(tensor.toFloats()).containsExactly(1, 2, 13, 14, 5, 6);
  }

  @Test
  void aScalarKeepsItsRank() {
    Tensor tensor = Tensor.scalar(DType.FLOAT64, 2.5);
    INDArray array = NdArrays.of(tensor);
    assertThat(array.rank()).isZero();
    array.muli(2);
    assertThat(tensor.item()).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyTensorIsAnEmptyArray(DType dtype) {
    INDArray array = NdArrays.of(Tensor.empty(dtype, Shape.of(2, 0, 3)));
    assertThat(array.isEmpty()).isTrue();
    assertThat(array.shape()).containsExactly(2, 0, 3);
    assertThat(array.dataType()).isEqualTo(NdArrays.typeOf(dtype));
  }

  @Test
  void garbageCollectionOfArraysDoesNotFreeTensorMemory() {
    Tensor tensor = Tensor.of(new float[] {1, 2, 3});
    for (int i = 0; i < 300; i++) {
      NdArrays.of(tensor).addi(1);
    }
    System.gc();
    NdArrays.of(tensor).addi(1);
    assertThat(tensor.toFloats()).containsExactly(302, 303, 304);
    Memory.setFloat(tensor.address(), 0);
    assertThat(NdArrays.of(tensor).getFloat(0)).isZero();
  }
}
