package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.Window;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernels do not write outside their result, also if it ends within a vector. */
class ConvolutionBoundsTest {
  private static final float GUARD = 7;

  @ParameterizedTest
  @CsvSource({
    "2, 5, 3, 5, 1",
    "2, 16, 32, 5, 1",
    "3, 7, 13, 4, 3",
    "1, 3, 9, 16, 3",
    "4, 17, 31, 9, 1",
    "4, 20, 21, 13, 3"
  })
  void weightGradientsStayInBounds(int batch, int in, int out, int side, int kernel) {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("bounds")) {
      int numel = out * in * kernel * kernel;
      Tensor buffer = Tensor.full(DType.FLOAT32, Shape.of(3 * numel), GUARD);
      Tensor dWeight = buffer.view(numel, Shape.of(out, in, kernel, kernel));
      int outSide = side - kernel + 1;
      Tensor x = Tensor.full(DType.FLOAT32, Shape.of(batch, in, side, side), 0.5);
      Tensor dOut = Tensor.full(DType.FLOAT32, Shape.of(batch, out, outSide, outSide), 2);

      Backend.of(engine)
          .convolution()
          .conv2dWeightGrad(dWeight, dOut, x, Window.of(kernel), 1, true);

      float[] written = buffer.toFloats();
      for (int i = 0; i < numel; i++) {
        assertThat(written[i]).as("before the result, %d", i).isEqualTo(GUARD);
        assertThat(written[2 * numel + i]).as("after the result, %d", i).isEqualTo(GUARD);
        assertThat(written[numel + i]).isEqualTo(GUARD + batch * outSide * outSide);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 5, 3, 5, 3", "4, 20, 21, 13, 3", "3, 17, 40, 12, 3", "2, 8, 9, 7, 1"})
  void resultsStayInBounds(int batch, int in, int out, int side, int kernel) {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("bounds")) {
      int outSide = side - kernel + 1;
      int numel = batch * out * outSide * outSide;
      Tensor buffer = Tensor.full(DType.FLOAT32, Shape.of(3 * numel), GUARD);
      Tensor y = buffer.view(numel, Shape.of(batch, out, outSide, outSide));
      Tensor x = Tensor.full(DType.FLOAT32, Shape.of(batch, in, side, side), 0.5);
      Tensor weight = Tensor.full(DType.FLOAT32, Shape.of(out, in, kernel, kernel), 2);

      Backend.of(engine).convolution().conv2d(y, x, weight, null, Window.of(kernel), 1);

      float[] written = buffer.toFloats();
      for (int i = 0; i < numel; i++) {
        assertThat(written[i]).as("before the result, %d", i).isEqualTo(GUARD);
        assertThat(written[2 * numel + i]).as("after the result, %d", i).isEqualTo(GUARD);
        assertThat(written[numel + i]).isEqualTo(in * kernel * kernel);
      }
    }
  }
}
