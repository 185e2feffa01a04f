package io.troupe.tensor.cpu.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.memory.Memory;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FloatScanTest {
  @Test
  void agreesWithAPlainLoop() {
    SplittableRandom random = new SplittableRandom(8);
    try (Arena arena = Arena.ofConfined()) {
      for (int length : new int[] {0, 1, 7, 8, 15, 16, 17, 31, 33, 101}) {
        long address = arena.allocate(4L * length + 4, 64).address();
        for (int round = 0; round < 20; round++) {
          for (int i = 0; i < length; i++) {
            boolean high = random.nextInt(20) == 0;
            float value = high ? 3 + random.nextInt(2) : random.nextInt(10) == 0 ? Float.NaN : 1;
            Memory.setFloat(address + 4L * i, value);
          }
          for (int from = 0; from <= length; from += 3) {
            int expected = from;
            while (expected < length && !(Memory.getFloat(address + 4L * expected) >= 3)) {
              expected++;
            }
            assertThat(FloatScan.firstAtLeast(address, from, length, 3)).isEqualTo(expected);
          }
        }
      }
    }
  }
}
