package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.vectors.VectorMath.SPECIES;
import static io.troupe.tensor.memory.Memory.ALL;

import io.troupe.tensor.memory.Memory;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * The layout in which kernels read the right operand of a product: panels of {@link #COLUMNS}
 * columns, each stored row by row without gaps, so that a kernel reads it from front to back. The
 * last panel is filled up with zeros.
 */
public final class PackedPanels {
  /** Bytes of one vector. */
  public static final int VECTOR_BYTES = SPECIES.length() * Float.BYTES;

  /** Columns of a panel: two vectors. */
  public static final int COLUMNS = 2 * SPECIES.length();

  /** Bytes of one row of a panel. */
  public static final int ROW_BYTES = 2 * VECTOR_BYTES;

  /** Rows whose transposed copy stays in the fastest cache while it is written. */
  private static final int TRANSPOSED_ROWS = 64;

  private PackedPanels() {}

  /** Panels that n columns fill. */
  public static int count(int n) {
    return (n + COLUMNS - 1) / COLUMNS;
  }

  /** Bytes of the panels of a (k, n) matrix. */
  public static long bytes(int k, int n) {
    return (long) count(n) * k * ROW_BYTES;
  }

  /**
   * Packs one panel.
   *
   * @param target where the panel starts
   * @param k rows of the panel
   * @param columns columns that the source has for it, 1 to {@link #COLUMNS}
   * @param source its first element
   * @param row bytes from one row (k) to the next; {@code column} bytes from one column to the
   *     next. One of them is the size of an element.
   */
  public static void pack(long target, int k, int columns, long source, long row, long column) {
    if (column == Float.BYTES) {
      copy(target, k, columns, source, row);
    } else {
      transpose(target, k, columns, source, column);
    }
  }

  private static void copy(long target, int k, int columns, long source, long row) {
    if (columns < COLUMNS) {
      Memory.clear(target, (long) k * ROW_BYTES);
      for (int p = 0; p < k; p++) {
        Memory.copy(target + (long) p * ROW_BYTES, source + p * row, (long) columns * Float.BYTES);
      }
      return;
    }
    ByteOrder order = ByteOrder.nativeOrder();
    for (int p = 0; p < k; p++) {
      long from = source + p * row;
      long to = target + (long) p * ROW_BYTES;
      FloatVector.fromMemorySegment(SPECIES, ALL, from, order).intoMemorySegment(ALL, to, order);
      FloatVector.fromMemorySegment(SPECIES, ALL, from + VECTOR_BYTES, order)
          .intoMemorySegment(ALL, to + VECTOR_BYTES, order);
    }
  }

  private static void transpose(long target, int k, int columns, long source, long column) {
    if (columns < COLUMNS) {
      Memory.clear(target, (long) k * ROW_BYTES);
    }
    for (int from = 0; from < k; from += TRANSPOSED_ROWS) {
      int rows = Math.min(TRANSPOSED_ROWS, k - from);
      for (int j = 0; j < columns; j++) {
        long at = source + j * column + (long) from * Float.BYTES;
        long to = target + (long) from * ROW_BYTES + (long) j * Float.BYTES;
        for (int p = 0; p < rows; p++) {
          Memory.setFloat(to + (long) p * ROW_BYTES, Memory.getFloat(at + (long) p * Float.BYTES));
        }
      }
    }
  }
}
