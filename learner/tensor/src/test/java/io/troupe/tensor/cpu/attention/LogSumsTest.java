package io.troupe.tensor.cpu.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Machine code has the bits of the scalar logarithm. */
class LogSumsTest {
  private static final float[] SPECIAL = {
    1, 2, Math.nextUp(1f), (float) Math.sqrt(2), Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE
  };

  @Test
  void addsTheLogOfTheSumToTheMaximum() {
    int columns = 256 * Lanes.COUNT;
    Random random = new Random(3);
    try (Arena arena = Arena.ofConfined()) {
      long sums = arena.allocate(4L * columns, 64).address();
      long maxima = arena.allocate(4L * columns, 64).address();
      long results = arena.allocate(4L * columns, 64).address();
      for (int i = 0; i < columns; i++) {
        float sum = (float) (1 + Math.pow(10, random.nextDouble(-7, 6)));
        Memory.setFloat(sums + 4L * i, i < SPECIAL.length ? SPECIAL[i] : sum);
        Memory.setFloat(maxima + 4L * i, (float) random.nextGaussian());
      }
      LogSums.write(results, sums, maxima, columns);
      for (int i = 0; i < columns; i++) {
        float sum = Memory.getFloat(sums + 4L * i);
        assertThat(Memory.getFloat(results + 4L * i))
            .as("sum %s", sum)
            .isEqualTo(Float.valueOf(VectorMath.log(sum) + Memory.getFloat(maxima + 4L * i)));
      }
    }
  }
}
