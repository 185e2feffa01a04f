package io.troupe.tensor.cpu.products;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.products.TileShape.Mode;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels against a chain of fused multiply-adds per element, bit for bit. */
class ProductKernelsTest {
  private static final int COLUMNS = PackedPanels.COLUMNS;
  private static final int MARGIN = 3;
  private static final float OUTSIDE = 12345;

  private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");

  /** Every kernel that this machine can run. */
  static Stream<ProductKernels> kernels() {
    return Stream.concat(
        Isa.ofMachine().<ProductKernels>map(GeneratedKernels::new).stream(),
        Stream.of(new VectorKernels()));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everySumIsOneChainInOrderOfK(ProductKernels kernels) {
    List<String> wrong = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      for (int rows : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 15, 29, 61}) {
        for (int columns : columns()) {
          for (int k : new int[] {0, 1, 3, 4, 7, 33}) {
            for (boolean isTransposed : new boolean[] {false, true}) {
              check(kernels, mode, rows, columns, k, isTransposed, wrong);
            }
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static int[] columns() {
    int half = COLUMNS / 2;
    return new int[] {
      1,
      half - 1,
      half,
      half + 1,
      COLUMNS,
      COLUMNS + 5,
      3 * half,
      4 * COLUMNS,
      7 * COLUMNS + half + 2
    };
  }

  private void check(
      ProductKernels kernels,
      Mode mode,
      int rows,
      int columns,
      int k,
      boolean isTransposed,
      List<String> wrong) {
    try (Arena arena = Arena.ofConfined()) {
      long a = floats(arena, rows * k);
      long b = floats(arena, k * columns);
      long before = floats(arena, rows * columns);
      long outRow = 4L * (columns + MARGIN);
      long out = floats(arena, rows * (columns + MARGIN));
      long aRow = isTransposed ? 4 : 4L * k;
      long aStep = isTransposed ? 4L * rows : 4;
      float[] expected = new float[rows * (columns + MARGIN)];
      for (int row = 0; row < rows; row++) {
        for (int column = columns; column < columns + MARGIN; column++) {
          Memory.setFloat(out + row * outRow + 4L * column, OUTSIDE);
        }
        for (int column = 0; column < columns + MARGIN; column++) {
          float sum = Memory.getFloat(out + row * outRow + 4L * column);
          if (column < columns) {
            float chain = mode == Mode.CONTINUE ? sum : 0;
            for (int i = 0; i < k; i++) {
              float x = Memory.getFloat(a + row * aRow + i * aStep);
              chain = Math.fma(x, Memory.getFloat(b + 4L * (i * columns + column)), chain);
            }
            float start = Memory.getFloat(before + 4L * (row * columns + column));
            sum = mode == Mode.ADD ? start + chain : chain;
          }
          expected[row * (columns + MARGIN) + column] = sum;
        }
      }
      kernels.run(
          new TileProduct(
              rows,
              columns,
              k,
              a,
              aRow,
              aStep,
              b,
              4L * columns,
              PackedPanels.ROW_BYTES,
              mode,
              before,
              4L * columns,
              out,
              outRow,
              b,
              0));
      for (int i = 0; i < expected.length; i++) {
        int bits = Float.floatToRawIntBits(Memory.getFloat(out + 4L * i));
        if (bits != Float.floatToRawIntBits(expected[i])) {
          wrong.add(
              "%s %d x %d x %d%s"
                  .formatted(mode, rows, columns, k, isTransposed ? " transposed" : ""));
          return;
        }
      }
    }
  }

  private long floats(Arena arena, int count) {
    long address = arena.allocate(Math.max(1, 4L * count), 64).address();
    for (int i = 0; i < count; i++) {
      Memory.setFloat(address + 4L * i, random.nextFloat() - 0.5f);
    }
    return address;
  }
}
