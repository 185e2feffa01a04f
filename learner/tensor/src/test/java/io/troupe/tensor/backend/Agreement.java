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
 * Runs a computation on every backend, from the same random inputs, and compares what comes out.
 *
 * <p>The reference is ND4J's: computed in FLOAT64 and rounded once. NaN and infinities must be the
 * same; numbers may differ by a few units of the type's precision, relative to the number or to 1,
 * whichever is larger.
 */
final class Agreement implements AutoCloseable {
  /** The types that every operation computes in. */
  static final DType[] COMPUTED = {DType.FLOAT32, DType.FLOAT64};

  /** Sizes on both sides of every vector length, and primes that no length divides. */
  static final int[] SIZES = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 97};

  private final Engine reference = TestBackend.ND4J.open();
  private final Engine fast = TestBackend.CPU.open();
  private long seed = 1;

  /** Computes on one backend. */
  @FunctionalInterface
  interface Computation {
    /** Makes inputs, in the same order every time, and gives the tensors to compare. */
    List<Tensor> run(Backend backend, RandomTensors random);
  }

  /**
   * Compares a computation on the two backends.
   *
   * @param what names the case in the failure message
   * @param units allowed difference, in units of the precision of each result's type
   */
  void check(String what, double units, Computation computation) {
    seed++;
    List<Result> expected = results(reference, what, computation);
    List<Result> actual = results(fast, what, computation);
    for (int i = 0; i < expected.size(); i++) {
      compare(what + ", seed " + seed + ", result " + i, units, expected.get(i), actual.get(i));
    }
  }

  private record Result(DType dtype, String shape, List<Double> elements) {}

  private List<Result> results(Engine engine, String what, Computation computation) {
    try (Scope _ = engine.open(what)) {
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

  private static void compare(String what, double units, Result expected, Result actual) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
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
            .as("%s %s, element %d: CPU against ND4J", what, expected.shape(), i)
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
