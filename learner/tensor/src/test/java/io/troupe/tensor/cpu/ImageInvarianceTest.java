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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Image operations give equal results bit for bit with any number of threads. */
class ImageInvarianceTest {

  @ParameterizedTest
  @CsvSource({
    "4, 24, 20, 24, 32, 3, 1, 1",
    "8, 64, 2, 2, 128, 3, 1, 1",
    "3, 17, 13, 40, 9, 5, 2, 2",
    "8, 40, 33, 9, 6, 1, 1, 0",
    "20, 3, 9, 14, 7, 5, 1, 2",
  })
  void convolutions(
      int batch, int in, int height, int width, int out, int kernel, int stride, int padding) {
    Window window = Window.of(kernel).withStride(stride, stride).withPadding(padding, padding);
    List<float[]> expected = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (Engine engine = Engine.of(CpuBackend.create(threads));
          Scope _ = engine.open("convolutions")) {
        RandomTensors random = new RandomTensors(5);
        Tensor x = random.of(DType.FLOAT32, batch, in, height, width);
        Tensor weight = random.of(DType.FLOAT32, out, in, kernel, kernel);
        Tensor dOut =
            random.of(
                DType.FLOAT32,
                batch,
                out,
                window.height().outSize(height),
                window.width().outSize(width));
        List<float[]> results = new ArrayList<>();
        for (int repeated = 0; repeated < 3; repeated++) {
          Tensor y = Tensor.empty(DType.FLOAT32, dOut.shape());
          Backend.of(x).convolution().conv2d(y, x, weight, null, window, 1);
          Tensor dx = Tensor.empty(DType.FLOAT32, x.shape());
          Backend.of(x).convolution().convTranspose2d(dx, dOut, weight, null, window, 1);
          Tensor dWeight = Tensor.zeros(DType.FLOAT32, weight.shape());
          Backend.of(x).convolution().conv2dWeightGrad(dWeight, dOut, x, window, 1, true);
          results.add(y.toFloats());
          results.add(dx.toFloats());
          results.add(dWeight.toFloats());
        }
        for (int i = 3; i < results.size(); i++) {
          assertThat(results.get(i)).as("repeated result %d", i).isEqualTo(results.get(i % 3));
        }
        if (expected == null) {
          expected = results;
        }
        for (int i = 0; i < expected.size(); i++) {
          assertThat(results.get(i))
              .as("result %d on %d threads", i, threads)
              .isEqualTo(expected.get(i));
        }
      }
    }
  }

  /** Kernels reuse scratch memory, whose contents must not affect the next call. */
  @ParameterizedTest
  @CsvSource({
    "4, 24, 20, 24, 32, 3, 1",
    "6, 3, 9, 14, 7, 5, 2",
    "5, 40, 9, 9, 40, 1, 0",
  })
  void resultsDoNotDependOnThePreviousConvolution(
      int batch, int in, int height, int width, int out, int kernel, int padding) {
    Window window = Window.of(kernel).withPadding(padding, padding);
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("convolutions")) {
      RandomTensors random = new RandomTensors(7);
      Tensor x = random.of(DType.FLOAT32, batch, in, height, width);
      Tensor weight = random.of(DType.FLOAT32, out, in, kernel, kernel);
      List<float[]> expected = gradients(x, weight, window);
      Tensor nan = Tensor.full(DType.FLOAT32, Shape.of(batch + 1, in, 50, 50), Double.NaN);
      gradients(nan, weight, window);
      List<float[]> again = gradients(x, weight, window);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(again.get(i)).as("result %d", i).isEqualTo(expected.get(i));
      }
    }
  }

  /** A convolution, and its gradients with the result used as the incoming gradient. */
  private static List<float[]> gradients(Tensor x, Tensor weight, Window window) {
    int height = window.height().outSize(x.size(2));
    int width = window.width().outSize(x.size(3));
    Tensor y = Tensor.empty(DType.FLOAT32, Shape.of(x.size(0), weight.size(0), height, width));
    Backend.of(x).convolution().conv2d(y, x, weight, null, window, 1);
    Tensor dx = Tensor.empty(DType.FLOAT32, x.shape());
    Backend.of(x).convolution().convTranspose2d(dx, y, weight, null, window, 1);
    Tensor dWeight = Tensor.zeros(DType.FLOAT32, weight.shape());
    Backend.of(x).convolution().conv2dWeightGrad(dWeight, y, x, window, 1, true);
    return List.of(y.toFloats(), dx.toFloats(), dWeight.toFloats());
  }

  @ParameterizedTest
  @CsvSource({"6, 70, 900", "64, 130, 1"})
  void norms(int batch, int channels, int positions) {
    List<float[]> expected = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (Engine engine = Engine.of(CpuBackend.create(threads));
          Scope _ = engine.open("norms")) {
        RandomTensors random = new RandomTensors(6);
        Tensor x = random.of(DType.FLOAT32, batch, channels, positions);
        Tensor dy = random.of(DType.FLOAT32, batch, channels, positions);
        Tensor mean = Tensor.empty(DType.FLOAT32, Shape.of(channels));
        Tensor variance = Tensor.empty(DType.FLOAT32, mean.shape());
        Tensor dx = Tensor.empty(DType.FLOAT32, x.shape());
        Tensor dWeight = Tensor.zeros(DType.FLOAT32, mean.shape());
        Backend.of(x).channelNormalization().channelStatistics(mean, variance, x);
        Backend.of(x)
            .channelNormalization()
            .batchNormGrad(dx, dWeight, null, dy, x, mean, variance, null, 1e-5, true);
        List<float[]> results =
            List.of(mean.toFloats(), variance.toFloats(), dx.toFloats(), dWeight.toFloats());
        if (expected == null) {
          expected = results;
        }
        for (int i = 0; i < expected.size(); i++) {
          assertThat(results.get(i))
              .as("result %d on %d threads", i, threads)
              .isEqualTo(expected.get(i));
        }
      }
    }
  }
}
