package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.Window;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Convolutions of realistic size, where one part of the work spans several panels, blocks and
 * images. Compares single precision with double precision, which uses plain loops.
 */
class ConvolutionSizesTest {
  /** Tolerance relative to the largest element of a result. */
  private static final double TOLERANCE = 2e-6;

  @ParameterizedTest
  @CsvSource({
    " 6, 16, 28, 16, 3, 1, 1",
    "22, 16, 14, 32, 3, 1, 1",
    "64, 16,  7, 20, 3, 1, 1",
    " 1, 32, 64, 16, 3, 1, 1",
    "12, 17, 21, 18, 3, 1, 0",
    "18,  1, 28,  6, 5, 1, 2",
    "18,  6, 14, 16, 5, 1, 0",
    " 2,  3, 64, 32, 3, 1, 1",
    "16, 24, 28, 20, 3, 2, 1",
    "24, 40, 14, 32, 1, 1, 0",
  })
  void singleMatchesDoublePrecision(
      int batch, int in, int side, int out, int kernel, int stride, int padding) {
    Window window = Window.of(kernel).withStride(stride, stride).withPadding(padding, padding);
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("convolutions")) {
      int outSide = window.height().outSize(side);
      RandomTensors random = new RandomTensors(8);
      Tensor x = random.of(DType.FLOAT32, batch, in, side, side);
      Tensor weight = random.of(DType.FLOAT32, out, in, kernel, kernel);
      Tensor dOut = random.of(DType.FLOAT32, batch, out, outSide, outSide);
      List<double[]> single = results(x, weight, dOut, window);
      List<double[]> exact =
          results(x.to(DType.FLOAT64), weight.to(DType.FLOAT64), dOut.to(DType.FLOAT64), window);
      for (int i = 0; i < exact.size(); i++) {
        assertThat(error(single.get(i), exact.get(i))).as("result %d", i).isLessThan(TOLERANCE);
      }
    }
  }

  /** The largest difference, relative to the largest element. */
  private static double error(double[] actual, double[] expected) {
    double largest = 0;
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      error = Math.max(error, Math.abs(actual[i] - expected[i]));
    }
    return error / largest;
  }

  private static List<double[]> results(Tensor x, Tensor weight, Tensor dOut, Window window) {
    Tensor y = Tensor.empty(x.dtype(), dOut.shape());
    Backend.of(x).convolution().conv2d(y, x, weight, null, window, 1);
    Tensor dx = Tensor.empty(x.dtype(), x.shape());
    Backend.of(x).convolution().convTranspose2d(dx, dOut, weight, null, window, 1);
    Tensor dWeight = Tensor.zeros(x.dtype(), Shape.of(weight.shape().sizes()));
    Backend.of(x).convolution().conv2dWeightGrad(dWeight, dOut, x, window, 1, true);
    return List.of(y.toDoubles(), dx.toDoubles(), dWeight.toDoubles());
  }
}
