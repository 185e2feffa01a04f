package io.troupe.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a computation on every backend with the same random inputs and compares the results.
 *
 * <p>The reference is the ND4J backend, which computes in FLOAT64 and rounds once. NaN and
 * infinities must be equal. Finite numbers may differ by a few units of the type's precision,
 * relative to the larger of the number and 1.
 */
final class Agreement implements AutoCloseable {
  /** The element types that every operation supports. */
  static final DType[] COMPUTED = {DType.FLOAT32, DType.FLOAT64};

  /** Sizes around every vector length, and primes. */
  static final int[] SIZES = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 97};

  private final Engine reference = TestBackend.ND4J.open();
  private final Engine fast = TestBackend.CPU.open();
  private long seed = 1;

  /** A computation on one backend. */
  @FunctionalInterface
  interface Computation {
    /** Creates inputs, in the same order every time, and returns the tensors to compare. */
    List<Tensor> run(Backend backend, RandomTensors random);
  }

  /**
   * Compares a computation on the two backends.
   *
   * @param name of the case, for the failure message
   * @param units allowed difference, in units of the precision of each result's type
   */
  void check(String name, double units, Computation computation) {
    seed++;
    List<Result> expected = results(reference, name, computation);
    List<Result> actual = results(fast, name, computation);
    for (int i = 0; i < expected.size(); i++) {
      compare(name + ", seed " + seed + ", result " + i, units, expected.get(i), actual.get(i));
    }
  }

  private record Result(DType dtype, String shape, List<Double> elements) {}

  private List<Result> results(Engine engine, String name, Computation computation) {
    try (Scope _ = engine.open(name)) {
      List<Result> results = new ArrayList<>();
      for (Tensor tensor : computation.run(Backend.of(engine), new RandomTensors(seed))) {
        List<Double> elements = new ArrayList<>();
        for (double element : tensor.toDoubles()) {
          elements.add(element);
        }
        results.add(new Result(tensor.dtype(), tensor.shape().toString(), elements));
      }
      return results;
    }
  }

  private static void compare(String name, double units, Result expected, Result actual) {
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    double precision =
        switch (expected.dtype()) {
          case FLOAT32 -> 0x1p-23;
          case FLOAT64 -> 0x1p-52;
          case BFLOAT16, INT32, INT64 -> 0;
        };
    for (int i = 0; i < expected.elements().size(); i++) {
      double e = expected.elements().get(i);
      double a = actual.elements().get(i);
      boolean agrees =
          Double.compare(e, a) == 0
              || Math.abs(e - a) <= units * precision * Math.max(1, Math.abs(e));
      if (!agrees) {
        assertThat(a)
            .as("%s %s, element %d: CPU against ND4J", name, expected.shape(), i)
            .isEqualTo(e);
      }
    }
  }

  @Override
  public void close() {
    fast.close();
    reference.close();
  }
}
