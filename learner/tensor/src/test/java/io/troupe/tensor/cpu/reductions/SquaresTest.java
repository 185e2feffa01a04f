package io.troupe.tensor.cpu.reductions;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.memory.Memory;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generated loops add in the order of the definition, bit for bit. */
class SquaresTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 67, 1024, 4099})
  void eachPartHasFourStrands(int n) {
    float[] values = new float[(Squares.TOGETHER + 1) * n + n / 2];
    Random random = new Random(n);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20)));
    }
    try (Arena arena = Arena.ofConfined()) {
      long a = arena.allocate(4L * values.length + 64, 64).address();
      for (int i = 0; i < values.length; i++) {
        Memory.setFloat(a + 4L * i, values[i]);
      }
      double[] sums = Squares.ofParts(a, values.length, n);
      assertThat(sums).hasSize((values.length + n - 1) / n);
      for (int part = 0; part < sums.length; part++) {
        int length = Math.min(n, values.length - part * n);
        assertThat(sums[part])
            .as("part %d", part)
            .isEqualTo(byDefinition(values, part * n, length));
      }
    }
  }

  private static double byDefinition(float[] values, int from, int n) {
    double[] strands = new double[4];
    for (int i = 0; i < n; i++) {
      double x = values[from + i];
      strands[i < n / 4 * 4 ? i % 4 : 0] += x * x;
    }
    return (strands[0] + strands[1]) + (strands[2] + strands[3]);
  }
}
