package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.vectors.VectorMath.SPECIES;

import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.memory.Memory;

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
    if (columns < COLUMNS) {
      Memory.clear(target, (long) k * ROW_BYTES);
    }
    if (column == Float.BYTES) {
      MatrixRows.copy(source, row, k, columns, target, ROW_BYTES);
    } else {
      Transposition.run(source, column, columns, k, target, ROW_BYTES);
    }
  }
}
