package io.troupe.tensor.cpu.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.memory.Memory;
import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matrices of all sizes around the number of lanes; nothing outside of the result is written. */
class MatrixLayoutTest {
  private static final float GUARD = 7;
  private static final int GAP = 3;

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 40", "40, 1", "7, 9", "8, 8", "15, 17", "16, 16", "17, 15", "33, 50"})
  void transposeHoldsElementsAtExchangedPositions(int rows, int columns) {
    try (Arena arena = Arena.ofConfined()) {
      long from = matrix(arena, rows, columns + GAP, true);
      long to = matrix(arena, columns, rows + GAP, false);

      Transposition.run(from, 4L * (columns + GAP), rows, columns, to, 4L * (rows + GAP));

      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < rows + GAP; j++) {
          float expected = j < rows ? j * (columns + GAP) + i : GUARD;
          assertThat(Memory.getFloat(to + 4L * (i * (rows + GAP) + j))).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 7", "2, 8", "5, 16", "4, 17", "2, 67"})
  void additionAddsEveryElement(int rows, int columns) {
    try (Arena arena = Arena.ofConfined()) {
      long from = matrix(arena, rows, columns + 1, true);
      long to = matrix(arena, rows, columns + GAP, false);

      MatrixRows.add(from, 4L * (columns + 1), rows, columns, to, 4L * (columns + GAP));

      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns + GAP; j++) {
          float expected = j < columns ? GUARD + i * (columns + 1) + j : GUARD;
          assertThat(Memory.getFloat(to + 4L * (i * (columns + GAP) + j))).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 7", "2, 8", "5, 16", "4, 17", "2, 67"})
  void copyCopiesEveryElement(int rows, int columns) {
    try (Arena arena = Arena.ofConfined()) {
      long from = matrix(arena, rows, columns + 1, true);
      long to = matrix(arena, rows, columns + GAP, false);

      MatrixRows.copy(from, 4L * (columns + 1), rows, columns, to, 4L * (columns + GAP));

      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns + GAP; j++) {
          float expected = j < columns ? i * (columns + 1) + j : GUARD;
          assertThat(Memory.getFloat(to + 4L * (i * (columns + GAP) + j))).isEqualTo(expected);
        }
      }
    }
  }

  private static long matrix(Arena arena, int rows, int columns, boolean isNumbered) {
    long address = arena.allocate(4L * rows * columns, 64).address();
    for (int i = 0; i < rows * columns; i++) {
      Memory.setFloat(address + 4L * i, isNumbered ? i : GUARD);
    }
    return address;
  }
}
