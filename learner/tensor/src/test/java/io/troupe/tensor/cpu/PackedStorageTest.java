package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.autograd.MatrixProducts;
import io.troupe.tensor.memory.MemoryUse;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights that are stored in panels only, and copies of weights in panels. */
class PackedStorageTest {
  private final Engine engine = Engine.of(CpuBackend.create(2));
  private final Scope weights = engine.longLived("weights");

  @AfterEach
  void close() {
    weights.close();
    engine.close();
  }

  private static float[] elements(int count, long seed) {
    Random random = new Random(seed);
    float[] elements = new float[count];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (float) random.nextGaussian();
    }
    return elements;
  }

  private Tensor weight(int out, int in) {
    try (Scope.Entered _ = weights.enter()) {
      return Tensor.of(elements(out * in, out), out, in);
    }
  }

  private static float[] bytes(Tensor weight, int from, int count) {
    float[] floats = new float[count];
    weight.getBytes(4L * from, MemorySegment.ofArray(floats));
    return floats;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 5", "32, 64", "33, 65", "100, 17"})
  void productsAndLookupsAreThoseOfRowMajorWeights(int out, int in) {
    Tensor rowMajor = weight(out, in);
    Tensor packed = weight(out, in);
    MatrixProducts.storePacked(packed);
    try (Scope _ = engine.open("test");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      Tensor ids = Tensor.of(new int[] {0, out - 1, out / 2}, 3);
      assertThat(Indexing.embedding(packed, ids).toFloats())
          .isEqualTo(Indexing.embedding(rowMajor, ids).toFloats());
      for (int rows : new int[] {1, 3, 200}) {
        Tensor x = Tensor.full(DType.FLOAT32, Shape.of(rows, in), 0.3);
        assertThat(MatrixProducts.linear(x, packed, null).toFloats())
            .isEqualTo(MatrixProducts.linear(x, rowMajor, null).toFloats());
      }
    }
  }

  /** Parts of rows, whole rows of one and of two panels, and everything. */
  @ParameterizedTest
  @CsvSource({"11, 391", "13, 26", "26, 494", "0, 650", "400, 250", "415, 3"})
  void bytesAreReadAndWrittenAsIfRowMajor(int from, int count) {
    Tensor rowMajor = weight(50, 13);
    Tensor packed = weight(50, 13);
    MatrixProducts.storePacked(packed);
    for (Tensor tensor : new Tensor[] {rowMajor, packed}) {
      tensor.setBytes(4L * from, MemorySegment.ofArray(elements(count, 3)));
    }

    assertThat(bytes(packed, 0, 650)).isEqualTo(bytes(rowMajor, 0, 650));
    assertThat(bytes(packed, 100, 77)).isEqualTo(bytes(rowMajor, 100, 77));
  }

  @Test
  void thePanelsReplaceTheWeight() {
    Tensor weight = weight(64, 1 << 10);
    long before = engine.memory().usedBytes();
    MatrixProducts.storePacked(weight);

    assertThat(engine.memory().usedBytes()).isEqualTo(before);
    try (Scope _ = engine.open("test");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      MatrixProducts.linear(Tensor.zeros(4, 1 << 10), weight, null);
    }
    assertThat(engine.memory().peakBytes(MemoryUse.PACKED_WEIGHTS)).isZero();
    assertThatThrownBy(() -> weight.muli(2)).hasMessageContaining("got packed panels");
    weights.close();
    assertThat(engine.memory().usedBytes()).isZero();
  }

  @Test
  void packedWeightsTakeTheElementsOfAnotherTensor() {
    Tensor weight = weight(33, 70);
    Tensor other = weight(33, 70).muli(-2);
    MatrixProducts.storePacked(weight);
    weight.copyFrom(other);

    MemorySegment read = MemorySegment.ofArray(new byte[(int) weight.sizeBytes()]);
    weight.getBytes(0, read);
    assertThat(read.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).isEqualTo(other.toFloats());
  }

  @Test
  void trainingKeepsNoPackedCopies() {
    Tensor weight = weight(64, 64).requiresGrad(true);
    try (Scope _ = engine.open("evaluation");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      MatrixProducts.linear(Tensor.zeros(4, 64), weight, null);
      assertThat(engine.memory().usedBytes(MemoryUse.PACKED_WEIGHTS)).isZero(); // used only once
      MatrixProducts.linear(Tensor.zeros(4, 64), weight, null);
      assertThat(engine.memory().usedBytes(MemoryUse.PACKED_WEIGHTS)).isPositive();
    }
    try (Scope _ = engine.open("training")) {
      MatrixProducts.linear(Tensor.zeros(100, 64), weight, null);
    }
    assertThat(engine.memory().usedBytes(MemoryUse.PACKED_WEIGHTS)).isZero();
  }
}
