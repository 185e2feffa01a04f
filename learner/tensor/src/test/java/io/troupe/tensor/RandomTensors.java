package io.troupe.tensor;

import io.troupe.tensor.memory.Memory;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/** Creates seeded random tensors for tests in the current scope. */
public final class RandomTensors {
  private final SplittableRandom random;

  /** Starts a sequence of tensors. Tests include the seed in their failure messages. */
  public RandomTensors(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Elements between {@code low} and {@code high}. */
  public Tensor uniform(DType dtype, Shape shape, double low, double high) {
    return fill(Tensor.empty(dtype, shape), () -> random.nextDouble(low, high));
  }

  /** FLOAT64 elements between -1 and 1. */
  public Tensor doubles(int... sizes) {
    return uniform(DType.FLOAT64, Shape.of(sizes), -1, 1);
  }

  /** FLOAT64 elements of either sign with a magnitude between 0.2 and 1, away from a kink at 0. */
  public Tensor awayFromZero(int... sizes) {
    return fill(
        Tensor.empty(DType.FLOAT64, Shape.of(sizes)),
        () -> (random.nextBoolean() ? 1 : -1) * random.nextDouble(0.2, 1));
  }

  /** FLOAT64 elements between 0.2 and 2. */
  public Tensor positive(int... sizes) {
    return uniform(DType.FLOAT64, Shape.of(sizes), 0.2, 2);
  }

  /** Elements between -1 and 1, mixed with zeros, infinities, NaN, and huge and tiny values. */
  public Tensor extreme(DType dtype, Shape shape) {
    double[] special = {
      0.0,
      -0.0,
      1,
      -1,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NaN,
      1e30,
      -1e30,
      1e-30,
      -1e-30,
      88.5,
      -88.5,
      104,
      -104,
      0.5,
      -0.5,
      20,
      -20,
      1e-5
    };
    return fill(
        Tensor.empty(dtype, shape),
        () ->
            random.nextInt(3) == 0
                ? random.nextDouble(-1, 1)
                : special[random.nextInt(special.length)]);
  }

  /** Elements between -1 and 1. */
  public Tensor of(DType dtype, int... sizes) {
    return uniform(dtype, Shape.of(sizes), -1, 1);
  }

  /** INT32 elements in {@code [from, to)}. */
  public Tensor ints(Shape shape, int from, int to) {
    Tensor ints = Tensor.empty(DType.INT32, shape);
    for (long i = 0; i < ints.numel(); i++) {
      Memory.setInt(ints.address() + 4 * i, random.nextInt(from, to));
    }
    return ints;
  }

  private static Tensor fill(Tensor tensor, DoubleSupplier next) {
    for (long i = 0; i < tensor.numel(); i++) {
      if (tensor.dtype() == DType.FLOAT32) {
        Memory.setFloat(tensor.address() + 4 * i, (float) next.getAsDouble());
      } else {
        Memory.setDouble(tensor.address() + 8 * i, next.getAsDouble());
      }
    }
    return tensor;
  }
}
