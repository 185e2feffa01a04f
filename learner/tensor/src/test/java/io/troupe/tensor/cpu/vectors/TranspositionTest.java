package io.troupe.tensor.cpu.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TranspositionTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 8, 16, 17, 32, 61})
  void everyElementIsAtTheTransposedPlace(int columns) {
    int rows = 2 * Lanes.COUNT;
    int fromRow = columns + 5;
    int toRow = rows + 3;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocate(4L * rows * fromRow, 64);
      MemorySegment to = arena.allocate(4L * columns * toRow, 64);
      for (int i = 0; i < rows * fromRow; i++) {
        from.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
      }
      Transposition.run(to.address(), 4L * toRow, from.address(), 4L * fromRow, rows, columns);
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          assertThat(to.getAtIndex(ValueLayout.JAVA_FLOAT, (long) column * toRow + row))
              .as("row %s, column %s", row, column)
              .isEqualTo(row * fromRow + column);
        }
      }
      assertThat(to.getAtIndex(ValueLayout.JAVA_FLOAT, rows)).as("outside").isZero();
    }
  }
}
