package io.troupe.tensor.cpu.norms;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generated loops give the bits of the loops over vectors. */
class GeneratedChannelsTest {
  private static final int RUNS = 3;
  private static final double MEAN = 0.37;

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 15, 16, 17, 32, 49, 64, 100, 4096, 4099, 9000})
  void equalTheLoopsOverVectors(int length) {
    Isa isa = Isa.ofMachine().orElse(null);
    Assumptions.assumeTrue(isa != null, "machine code cannot be generated here");
    ChannelLoops generated = new GeneratedChannels(isa);
    ChannelLoops expected = new FloatChannels();
    int distance = length + 5;
    int n = RUNS * distance;
    ChannelRuns runs = new ChannelRuns(RUNS, 4L * distance, length);
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(length);
      long x = numbers(arena, random, n);
      long dy = numbers(arena, random, n);
      assertThat(generated.sum(x, runs)).isEqualTo(expected.sum(x, runs));
      assertThat(generated.squares(x, MEAN, runs)).isEqualTo(expected.squares(x, MEAN, runs));
      assertThat(generated.gradSums(dy, x, MEAN, runs))
          .isEqualTo(expected.gradSums(dy, x, MEAN, runs));
      long a = numbers(arena, new Random(1), n);
      long b = numbers(arena, new Random(1), n);
      generated.apply(a, x, MEAN, 1.3, -0.7, runs);
      expected.apply(b, x, MEAN, 1.3, -0.7, runs);
      assertThat(values(a, n)).isEqualTo(values(b, n));
      generated.grad(a, dy, x, MEAN, 1.3, -0.7, 0.11, runs);
      expected.grad(b, dy, x, MEAN, 1.3, -0.7, 0.11, runs);
      assertThat(values(a, n)).isEqualTo(values(b, n));
    }
  }

  private static long numbers(Arena arena, Random random, int n) {
    long at = arena.allocate(4L * n, 64).address();
    for (int i = 0; i < n; i++) {
      Memory.setFloat(at + 4L * i, (float) random.nextGaussian());
    }
    return at;
  }

  private static float[] values(long at, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = Memory.getFloat(at + 4L * i);
    }
    return values;
  }
}
