package io.troupe.tensor.cpu.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.reductions.RowDots;
import io.troupe.tensor.cpu.vectors.Rows;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Machine code for all rows of a matrix has the bits of the loops over one row. */
class RowsByFactorsTest {
  private static final int ROWS = 5;

  private static long floats(Arena arena, Random random, int count) {
    long address = arena.allocate(4L * count + 64, 64).address();
    for (int i = 0; i < count; i++) {
      float value = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-6, 6)));
      Memory.setFloat(address + 4L * i, random.nextInt(8) == 0 ? -0f : value);
    }
    return address;
  }

  private static int[] bits(long address, int count) {
    int[] bits = new int[count];
    for (int i = 0; i < count; i++) {
      bits[i] = Memory.getInt(address + 4L * i);
    }
    return bits;
  }

  private static long copy(Arena arena, long from, int count) {
    long address = arena.allocate(4L * count + 64, 64).address();
    Memory.copy(address, from, 4L * count);
    return address;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 16, 17, 48, 67, 131})
  void eachRowHasItsFactor(int columns) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(columns);
      int all = ROWS * columns;
      long scaled = floats(arena, random, all);
      long expected = copy(arena, scaled, all);
      long factors = floats(arena, random, ROWS);
      ScaledRows.scale(scaled, ROWS, columns, factors);
      for (int i = 0; i < ROWS; i++) {
        long row = expected + 4L * columns * i;
        Rows.scale(row, row, columns, Memory.getFloat(factors + 4L * i));
      }
      assertThat(bits(scaled, all)).isEqualTo(bits(expected, all));
      ScaledRows.scale(scaled, all, 0.7f);
      Rows.scale(expected, expected, all, 0.7f);
      assertThat(bits(scaled, all)).isEqualTo(bits(expected, all));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 16, 17, 48, 67, 131})
  void rowsAreMixedByTheirWeights(int columns) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(columns);
      int all = ROWS * columns;
      long mixed = floats(arena, random, all);
      long from = floats(arena, random, all);
      long expected = copy(arena, mixed, all);
      long keep = floats(arena, random, ROWS);
      long take = floats(arena, random, ROWS);
      MixedRows.mix(mixed, from, ROWS, columns, keep, take);
      for (int i = 0; i < ROWS; i++) {
        long row = 4L * columns * i;
        float kept = Memory.getFloat(keep + 4L * i);
        Rows.mix(expected + row, kept, from + row, Memory.getFloat(take + 4L * i), columns);
      }
      assertThat(bits(mixed, all)).isEqualTo(bits(expected, all));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 16, 17, 48, 67, 131})
  void productsOfRowsAreSummedInTheSameOrder(int columns) {
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(columns);
      long a = floats(arena, random, ROWS * columns);
      long b = floats(arena, random, ROWS * columns);
      long sums = floats(arena, random, ROWS);
      RowDots.write(sums, a, b, ROWS, columns);
      for (int i = 0; i < ROWS; i++) {
        long row = 4L * columns * i;
        assertThat(Memory.getFloat(sums + 4L * i)).isEqualTo(Rows.dot(a + row, b + row, columns));
      }
    }
  }
}
