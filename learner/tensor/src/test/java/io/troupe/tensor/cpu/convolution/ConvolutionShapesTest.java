package io.troupe.tensor.cpu.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.Window;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Convolutions of random odd shapes, strides, dilations and groups, so that every algorithm is
 * chosen: results agree with plain loops in double precision, and do not depend on threads.
 */
class ConvolutionShapesTest {
  /** Tolerance relative to the largest element of a result. */
  private static final double TOLERANCE = 3e-6;

  private static final int SHAPES = 14;

  /**
   * A convolution, its gradients and their operands.
   *
   * @param adds whether results start with a bias, and the gradient of the weight with another one
   */
  private record Case(
      int batch,
      int in,
      int height,
      int width,
      int out,
      int kernel,
      Window window,
      int groups,
      boolean adds) {

    static Case random(Random random, boolean isSmall) {
      int groups = random.nextInt(5) == 0 ? 2 : 1;
      int kernel = List.of(1, 1, 2, 3, 3, 3, 5).get(random.nextInt(7));
      int stride = 1 + random.nextInt(6) / 4;
      int padding = random.nextInt(kernel);
      int dilation = 1 + random.nextInt(5) / 4;
      int least = Math.max(1, (kernel - 1) * dilation + 1 - 2 * padding);
      int most = isSmall ? 4 : 24;
      Window window = Window.of(kernel).withStride(stride, stride).withPadding(padding, padding);
      return new Case(
          1 + random.nextInt(9),
          groups * (1 + random.nextInt(50)),
          least + random.nextInt(most),
          least + random.nextInt(2 * most),
          groups * (1 + random.nextInt(80)),
          kernel,
          window.withDilation(dilation, dilation),
          groups,
          random.nextBoolean());
    }

    List<double[]> results(Engine engine, DType type, long seed) {
      RandomTensors random = new RandomTensors(seed);
      int down = window.height().outSize(height);
      int across = window.width().outSize(width);
      Tensor x = random.of(DType.FLOAT32, batch, in, height, width).to(type);
      Tensor weight = random.of(DType.FLOAT32, out, in / groups, kernel, kernel).to(type);
      Tensor y = random.of(DType.FLOAT32, batch, out, down, across).to(type);
      Tensor bias = random.of(DType.FLOAT32, out).to(type);
      Tensor dBias = random.of(DType.FLOAT32, in).to(type);
      Tensor dWeight = random.of(DType.FLOAT32, out, in / groups, kernel, kernel).to(type);
      Tensor result = Tensor.full(type, y.shape(), Double.NaN);
      Tensor dx = Tensor.full(type, x.shape(), Double.NaN);
      var convolutions = Backend.of(engine).convolution();
      convolutions.conv2d(result, x, weight, adds ? bias : null, window, groups);
      convolutions.convTranspose2d(dx, y, weight, adds ? dBias : null, window, groups);
      convolutions.conv2dWeightGrad(dWeight, y, x, window, groups, adds);
      return List.of(result.toDoubles(), dx.toDoubles(), dWeight.toDoubles());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyAlgorithmAgreesWithPlainLoops(boolean isSmall) {
    try (Engine two = Engine.of(CpuBackend.create(2));
        Engine one = Engine.of(CpuBackend.create(1))) {
      for (int seed = 0; seed < SHAPES; seed++) {
        check(two, one, Case.random(new Random(seed), isSmall), seed);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 1", "2, 1, 1", "2, 2, 1", "2, 2, 2", "3, 2, 1"})
  void pointwiseConvolutionsWithStrideAgreeWithPlainLoops(int down, int across, int groups) {
    Window window = Window.of(1).withStride(down, across);
    try (Engine two = Engine.of(CpuBackend.create(2));
        Engine one = Engine.of(CpuBackend.create(1))) {
      for (int size : new int[] {1, 7, 19, 31}) {
        for (boolean adds : new boolean[] {false, true}) {
          check(two, one, new Case(3, 34, size, size + 1, 66, 1, window, groups, adds), size);
        }
      }
    }
  }

  private static void check(Engine two, Engine one, Case shape, long seed) {
    List<double[]> expected = results(two, shape, DType.FLOAT64, seed);
    List<double[]> shared = results(two, shape, DType.FLOAT32, seed);
    List<double[]> alone = results(one, shape, DType.FLOAT32, seed);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(shared.get(i)).as("threads, %d of %s", i, shape).isEqualTo(alone.get(i));
      assertThat(error(shared.get(i), expected.get(i)))
          .as("error of result %d of %s, seed %d", i, shape, seed)
          .isLessThan(TOLERANCE);
    }
  }

  private static List<double[]> results(Engine engine, Case shape, DType type, long seed) {
    try (Scope _ = engine.open("convolutions")) {
      return shape.results(engine, type, seed);
    }
  }

  /** The largest difference, relative to the largest element. */
  private static double error(double[] actual, double[] expected) {
    double largest = 1e-6;
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      if (!Double.isFinite(actual[i])) {
        return Double.POSITIVE_INFINITY;
      }
      largest = Math.max(largest, Math.abs(expected[i]));
      error = Math.max(error, Math.abs(actual[i] - expected[i]));
    }
    return error / largest;
  }
}
