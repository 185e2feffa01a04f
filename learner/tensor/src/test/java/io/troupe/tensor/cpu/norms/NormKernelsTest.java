package io.troupe.tensor.cpu.norms;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.machinecode.IsasOfMachine;
import io.troupe.tensor.cpu.vectors.Lanes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated code and the Vector API give the bits of scalar loops. */
class NormKernelsTest {
  private static final int ROWS = 3;

  @FunctionalInterface
  private interface Normalization {
    void run(NormRows rows, double eps, int count);
  }

  @FunctionalInterface
  private interface Gradient {
    void run(NormGradRows rows, int count, long dWeight, long dBias);
  }

  /** Kernels and the lanes of their vectors. */
  private static Map<NormKernels, Integer> all() {
    Map<NormKernels, Integer> all = new LinkedHashMap<>();
    all.put(new VectorNorms(), Lanes.COUNT);
    IsasOfMachine.all().forEach(isa -> all.put(new GeneratedNorms(isa), isa.lanes()));
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 63, 128, 288, 1003})
  void normalizeInOrder(int n) {
    for (boolean centered : new boolean[] {false, true}) {
      for (boolean biased : new boolean[] {false, true}) {
        all()
            .forEach(
                (kernels, lanes) ->
                    assertThat(normalized(kernels::normalize, n, centered, biased))
                        .as("%s: centered %s, biased %s", kernels, centered, biased)
                        .isEqualTo(
                            normalized(new ScalarNorms(lanes)::normalize, n, centered, biased)));
      }
    }
  }

  private static int[] normalized(Normalization kernels, int n, boolean centered, boolean biased) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(n);
      MemorySegment results = arena.allocate(4L * (ROWS * n + ROWS + 1), 64);
      results.fill((byte) 7);
      long rstd = results.address() + 4L * ROWS * n;
      NormRows rows =
          new NormRows(
              results.address(),
              centered ? numbers(arena, random, ROWS) : 0,
              rstd,
              numbers(arena, random, ROWS * n),
              numbers(arena, random, n),
              biased ? numbers(arena, random, n) : 0,
              n);
      kernels.run(rows, 1e-5, ROWS);
      return results.toArray(ValueLayout.JAVA_INT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 16, 17, 31, 48, 128, 288, 1003})
  void gradientsInOrder(int n) {
    for (int variant = 0; variant < NormGradCode.VARIANTS; variant++) {
      int index = variant;
      all()
          .forEach(
              (kernels, lanes) ->
                  assertThat(gradients(kernels::grad, n, index))
                      .as("%s: variant %d", kernels, index)
                      .isEqualTo(gradients(new ScalarNorms(lanes)::grad, n, index)));
    }
  }

  /** dx, dWeight, dBias and an element behind them that must not change. */
  private static int[] gradients(Gradient kernels, int n, int index) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(n);
      MemorySegment results = arena.allocate(4L * ((ROWS + 2) * n + 1), 64);
      for (int i = 0; i <= (ROWS + 2) * n; i++) {
        results.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
      }
      long dWeight = results.address() + 4L * ROWS * n;
      NormGradRows rows =
          new NormGradRows(
              (index & 1) > 0 ? results.address() : 0,
              (index & 2) > 0,
              numbers(arena, random, ROWS * n),
              numbers(arena, random, ROWS * n),
              (index & 4) > 0 ? numbers(arena, random, ROWS) : 0,
              numbers(arena, random, ROWS),
              numbers(arena, random, n),
              n);
      long dBias = (index & 16) > 0 ? dWeight + 4L * n : 0;
      kernels.run(rows, ROWS, (index & 8) > 0 ? dWeight : 0, dBias);
      return results.toArray(ValueLayout.JAVA_INT);
    }
  }

  private static long numbers(Arena arena, Random random, int n) {
    MemorySegment numbers = arena.allocate(4L * n, 64);
    for (int i = 0; i < n; i++) {
      numbers.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return numbers.address();
  }
}
