package io.troupe.tensor.cpu.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.memory.Memory;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The generated loop gives the bits of the plain loop, which computes elements one by one. */
class SgdStepTest {
  private static final int N = 67;

  @ParameterizedTest
  @CsvSource({
    "0, false, false, 0",
    "0.9, true, false, 0",
    "0.9, true, true, 0.01",
    "0, true, true, 0",
    "0, true, false, 0.01"
  })
  void manyElementsEqualSingleOnes(
      double momentum, boolean hasBuffer, boolean nesterov, double weightDecay) {
    SgdStep step = new SgdStep(0.1, momentum, 0.8, weightDecay, nesterov ? 0.9 : 0, nesterov, 0.7);
    try (Arena arena = Arena.ofConfined()) {
      long[] together = operands(arena);
      long[] alone = operands(arena);
      step.run(together[0], together[1], hasBuffer ? together[2] : 0, N);
      for (int i = 0; i < N; i++) {
        step.run(alone[0] + 4L * i, alone[1] + 4L * i, hasBuffer ? alone[2] + 4L * i : 0, 1);
      }
      for (int operand = 0; operand < together.length; operand++) {
        for (int i = 0; i < N; i++) {
          assertThat(Memory.getFloat(together[operand] + 4L * i))
              .as("operand %d, element %d", operand, i)
              .isEqualTo(Memory.getFloat(alone[operand] + 4L * i));
        }
      }
    }
  }

  private static long[] operands(Arena arena) {
    Random random = new Random(3);
    long[] operands = new long[3];
    for (int operand = 0; operand < operands.length; operand++) {
      operands[operand] = arena.allocate(4L * N, 64).address();
      for (int i = 0; i < N; i++) {
        Memory.setFloat(operands[operand] + 4L * i, (float) random.nextGaussian());
      }
    }
    return operands;
  }
}
