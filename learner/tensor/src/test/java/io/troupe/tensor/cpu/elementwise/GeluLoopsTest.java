package io.troupe.tensor.cpu.elementwise;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.machinecode.IsasOfMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated code and the Vector API give the same bits. */
class GeluLoopsTest {
  /** The error function changes its formula at 1.312 (times the square root of 2, 0.9277). */
  private static final float[] EXTREME = {
    0,
    -0f,
    1e-30f,
    Float.MIN_VALUE,
    1.31201f,
    1.312015f,
    -1.31202f,
    1.3121f,
    5,
    -5,
    13.1f,
    -14.5f,
    1e15f,
    -1e30f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  private interface Loop {
    void run(GeluLoops loops, long out, long dOut, long x, int n);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 48, 1024, 1040, 100_000})
  void geluHasTheSameBits(int n) {
    check(n, (loops, out, _, x, count) -> loops.gelu(out, x, count));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 48, 1024, 1040, 100_000})
  void itsGradientHasTheSameBits(int n) {
    check(n, (loops, out, dOut, x, count) -> loops.geluGrad(out, dOut, x, out, count));
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 1040})
  void theGradientMayOverwriteThatOfTheResult(int n) {
    check(n, (loops, _, dOut, x, count) -> loops.geluGrad(dOut, dOut, x, x, count));
  }

  private static void check(int n, Loop loop) {
    float[] expected = results(new VectorGeluLoops(), n, loop);
    IsasOfMachine.all()
        .forEach(
            isa ->
                assertThat(results(new GeneratedGeluLoops(isa), n, loop))
                    .as("%s", isa)
                    .isEqualTo(expected));
  }

  /** All operands after the loop, each with an element behind it that must not change. */
  private static float[] results(GeluLoops loops, int n, Loop loop) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(n);
      MemorySegment all = arena.allocate(3 * 4L * (n + 1), 64);
      for (int i = 0; i < 3 * (n + 1); i++) {
        int column = i % (n + 1);
        boolean isExtreme = i / (n + 1) == 2 && column < EXTREME.length;
        float value = isExtreme ? EXTREME[column] : (float) (3 * random.nextGaussian());
        all.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
      }
      long row = 4L * (n + 1);
      loop.run(loops, all.address(), all.address() + row, all.address() + 2 * row, n);
      return all.toArray(ValueLayout.JAVA_FLOAT);
    }
  }
}
