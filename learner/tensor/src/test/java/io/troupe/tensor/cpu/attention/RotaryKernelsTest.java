package io.troupe.tensor.cpu.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.machinecode.IsasOfMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generated code and the Vector API give the same bits. */
class RotaryKernelsTest {
  @ParameterizedTest
  @CsvSource({
    "2, 1, 1",
    "14, 7, 3",
    "32, 16, 4",
    "48, 24, 6",
    "64, 32, 2",
    "80, 20, 3",
    "66, 33, 5"
  })
  void rotateWithTheSameBits(int headDim, int half, int count) {
    for (boolean inverse : new boolean[] {false, true}) {
      for (boolean inPlace : new boolean[] {false, true}) {
        int[] expected = results(new VectorRotary(), headDim, half, count, inverse, inPlace);
        IsasOfMachine.all()
            .forEach(
                isa ->
                    assertThat(
                            results(
                                new GeneratedRotary(isa), headDim, half, count, inverse, inPlace))
                        .as("%s: inverse %s, in place %s", isa, inverse, inPlace)
                        .isEqualTo(expected));
      }
    }
  }

  /** Results, with a head behind them that must not change, and operands. */
  private static int[] results(
      RotaryKernels kernels, int headDim, int half, int count, boolean inverse, boolean inPlace) {
    int size = (count + 1) * headDim;
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(headDim);
      MemorySegment all = arena.allocate(4L * (2 * size + 2 * half), 64);
      for (int i = 0; i < 2 * size + 2 * half; i++) {
        all.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
      }
      long x = all.address() + 4L * size;
      long cos = x + 4L * size;
      kernels.rotate(
          new RotaryKernels.Heads(inPlace ? x : all.address(), x, headDim, half, count),
          cos,
          cos + 4L * half,
          inverse);
      return all.toArray(ValueLayout.JAVA_INT);
    }
  }
}
