package io.troupe.tensor.cpu.elementwise;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.machinecode.IsasOfMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated code and the Vector API give the same bits. */
class FusedLoopsTest {
  /** Around where exponentials of the negated number overflow, become denormal and 0. */
  private static final float[] EXTREME = {
    0,
    -0f,
    -88.7228f,
    -88.72284f,
    -88.72285f,
    -89,
    -1e30f,
    Float.NEGATIVE_INFINITY,
    87.4f,
    88,
    103.97f,
    103.98f,
    1e30f,
    Float.POSITIVE_INFINITY,
    Float.NaN
  };

  private static final int OPERANDS = 5;

  private interface Loop {
    void run(FusedLoops loops, LongFunction<Long> operand, int n);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 31, 64, 1003, 2500})
  void addScaledWithTheSameBits(int n) {
    check(n, (loops, at, count) -> loops.addScaled(at.apply(0), at.apply(1), 0.3f, count));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 31, 64, 1003, 2500})
  void swigluHasTheSameBits(int n) {
    check(n, (loops, at, count) -> loops.swiglu(at.apply(0), at.apply(1), at.apply(2), count));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 31, 64, 1003, 2500})
  void gradientsOfSwigluHaveTheSameBits(int n) {
    check(
        n,
        (loops, at, count) ->
            loops.swigluGrad(
                at.apply(0), at.apply(3), at.apply(4), at.apply(1), at.apply(2), count));
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 64, 2500})
  void gradientsOfSwigluMayOverwriteTheirOperands(int n) {
    check(
        n,
        (loops, at, count) ->
            loops.swigluGrad(
                at.apply(1), at.apply(2), at.apply(4), at.apply(1), at.apply(2), count));
  }

  private static void check(int n, Loop loop) {
    float[] expected = results(new VectorFusedLoops(), n, loop);
    IsasOfMachine.all()
        .forEach(
            isa ->
                assertThat(results(new GeneratedFusedLoops(isa), n, loop))
                    .as("%s", isa)
                    .isEqualTo(expected));
  }

  /** All operands after the loop, each with an element behind it that must not change. */
  private static float[] results(FusedLoops loops, int n, Loop loop) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(n);
      MemorySegment all = arena.allocate(OPERANDS * 4L * (n + 1), 64);
      for (int i = 0; i < OPERANDS * (n + 1); i++) {
        int column = i % (n + 1);
        boolean isGate = i / (n + 1) == 1 && column < EXTREME.length;
        float value = isGate ? EXTREME[column] : (float) (20 * random.nextGaussian());
        all.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
      }
      loop.run(loops, operand -> all.address() + 4 * operand * (n + 1), n);
      return all.toArray(ValueLayout.JAVA_FLOAT);
    }
  }
}
