package io.troupe.nn.layers;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.random.Philox;

/**
 * Creates the parameters of a network in the current scope. The n-th parameter depends only on the
 * seed and n. Not thread-safe.
 */
public final class Initializer {
  private final DType dtype;
  private final Philox generator;
  private long numMade;

  private Initializer(DType dtype, Philox generator) {
    this.dtype = dtype;
    this.generator = generator;
  }

  /** Parameters with PyTorch's initial values. */
  public static Initializer of(DType dtype, long seed) {
    return new Initializer(dtype, Philox.of(seed));
  }

  /** Parameters with undefined contents, for callers that overwrite all of them. */
  public static Initializer undefined(DType dtype) {
    return new Initializer(dtype, null);
  }

  /** The type of the parameters. */
  public DType dtype() {
    return dtype;
  }

  /** Uniform in [-bound, bound). */
  public Tensor uniform(double bound, int... sizes) {
    Tensor parameter = Tensor.empty(dtype, Shape.of(sizes));
    if (generator != null) {
      Backend.of(parameter).random().uniform(parameter, next());
      Backend.of(parameter)
          .elementwise()
          .scalar(io.troupe.tensor.BinaryOp.SUB, parameter, parameter, 0.5);
      parameter.muli(2 * bound);
    }
    return parameter;
  }

  /** Normal with mean 0. */
  public Tensor normal(double standardDeviation, int... sizes) {
    Tensor parameter = Tensor.empty(dtype, Shape.of(sizes));
    if (generator != null) {
      Backend.of(parameter).random().normal(parameter, next());
      parameter.muli(standardDeviation);
    }
    return parameter;
  }

  /** The same value everywhere. */
  public Tensor constant(double value, int... sizes) {
    Tensor parameter = Tensor.empty(dtype, Shape.of(sizes));
    return generator == null ? parameter : parameter.filli(value);
  }

  private Philox next() {
    return generator.derive(numMade++);
  }
}
