package io.troupe.tensor.cpu.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.IsasOfMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated code and the Vector API give the same bits. */
class AdamStepTest {
  private static final int OPERANDS = 4;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 31, 64, 1003})
  void generatedCodeHasTheBitsOfTheVectorApi(int n) {
    AdamStep decoupled = new AdamStep(0.999, 0, 0.7, 0.9, 0.999, 1e-3, 3.2, 1e-8);
    AdamStep coupled = new AdamStep(1, 0.01, 1, 0.8, 0.95, 1e-4, 1, 1e-6);
    try (Arena arena = Arena.ofConfined()) {
      for (AdamStep step : new AdamStep[] {decoupled, coupled}) {
        MemorySegment expected = operands(arena, n);
        step.runVectors(
            operand(expected, 0, n),
            operand(expected, 1, n),
            operand(expected, 2, n),
            operand(expected, 3, n),
            n);
        for (Isa isa : IsasOfMachine.all()) {
          MemorySegment actual = operands(arena, n);
          new AdamCode(isa)
              .run(
                  step.settings(),
                  operand(actual, 0, n),
                  operand(actual, 1, n),
                  operand(actual, 2, n),
                  operand(actual, 3, n),
                  n);
          assertThat(actual.toArray(ValueLayout.JAVA_INT))
              .as("%s on %s", step, isa)
              .isEqualTo(expected.toArray(ValueLayout.JAVA_INT));
        }
      }
    }
  }

  /** Parameters, gradients and moments, each with an element behind them that must not change. */
  private static MemorySegment operands(Arena arena, int n) {
    Random random = new Random(n);
    MemorySegment all = arena.allocate(OPERANDS * 4L * (n + 1), 64);
    for (int i = 0; i < OPERANDS * (n + 1); i++) {
      float value = (float) random.nextGaussian();
      boolean square = i / (n + 1) == OPERANDS - 1;
      all.setAtIndex(ValueLayout.JAVA_FLOAT, i, square ? value * value : value);
    }
    return all;
  }

  private static long operand(MemorySegment all, int index, int n) {
    return all.address() + 4L * index * (n + 1);
  }
}
