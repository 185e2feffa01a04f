package io.troupe.tensor.cpu;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.threads.Partition;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Tensors and scopes for the tests of kernels. */
final class Samples {
  /** Lengths around the lane count, and primes. */
  static final int[] LENGTHS = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 67, 127, 1031};

  /** A length that is split into three parts; the last part is not a whole number of vectors. */
  static final int BEYOND_A_PART = 2 * Partition.ELEMENTS + 5;

  /** Values that often reveal errors in functions. */
  static final double[] SPECIAL = {
    0,
    -0.0,
    1,
    -1,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    1e-20,
    -1e-20,
    0.5,
    -3.25,
    30,
    -30,
    87.5,
    -87.5,
    -103,
    1000,
    -1000,
    3e38,
    -3e38,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN
  };

  private Samples() {}

  /** Runs a test in a scope of an engine with the given number of threads. */
  static <T> T inScope(int threads, Supplier<T> body) {
    try (Engine engine = Engine.of(CpuBackend.create(threads));
        Scope _ = engine.open("test")) {
      return body.get();
    }
  }

  /** Runs a test in a scope of an engine with two threads. */
  static void inScope(Runnable body) {
    inScope(
        2,
        () -> {
          body.run();
          return null;
        });
  }

  /**
   * Normally distributed numbers times a scale, determined by the seed. Every value is exactly
   * representable as a float.
   */
  static Tensor normal(DType type, Shape shape, double scale, long seed) {
    RandomGenerator random = new java.util.SplittableRandom(seed);
    double[] values = new double[(int) shape.numel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return of(type, values, shape);
  }

  static Tensor of(DType type, double[] values, Shape shape) {
    Tensor doubles = Tensor.empty(DType.FLOAT64, shape);
    for (int i = 0; i < values.length; i++) {
      io.troupe.tensor.memory.Memory.setDouble(doubles.address() + 8L * i, values[i]);
    }
    if (type == DType.FLOAT64) {
      return doubles;
    }
    Tensor converted = Tensor.empty(type, shape);
    converted.copyFrom(doubles);
    return converted;
  }

  static Tensor like(Tensor tensor) {
    return Tensor.empty(tensor.dtype(), tensor.shape());
  }
}
