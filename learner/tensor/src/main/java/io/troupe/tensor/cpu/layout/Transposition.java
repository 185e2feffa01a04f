package io.troupe.tensor.cpu.layout;

import io.troupe.tensor.cpu.machinecode.CodeTable;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.memory.Memory;
import java.util.Optional;

/** Transposes matrices of floats, a band of as many rows as a vector has lanes at a time. */
public final class Transposition {
  private static final Optional<Isa> ISA = Isa.ofMachine();
  private static final CodeTable CODES = new CodeTable(17);

  private Transposition() {}

  /**
   * Writes the transpose of a matrix.
   *
   * @param from first element, with {@code fromRow} bytes from row to row
   * @param to first element of the transpose, with {@code toRow} bytes from row to row
   */
  public static void run(long from, long fromRow, int rows, int columns, long to, long toRow) {
    if (ISA.isEmpty()) {
      plain(from, fromRow, rows, columns, to, toRow);
      return;
    }
    Isa isa = ISA.get();
    int lanes = isa.lanes();
    Parameters p = Parameters.ofThread();
    for (int row = 0; row < rows; row += lanes) {
      int band = Math.min(lanes, rows - row);
      p.set(TranspositionCode.FROM, from + row * fromRow);
      p.set(TranspositionCode.FROM_ROW, fromRow);
      p.set(TranspositionCode.TO, to + (long) row * Float.BYTES);
      p.set(TranspositionCode.TO_ROW, toRow);
      p.set(TranspositionCode.BLOCKS, columns / lanes);
      p.set(TranspositionCode.REST, columns % lanes);
      p.setMask(isa, TranspositionCode.ROWS_MASK, 0, band);
      p.setMask(isa, TranspositionCode.REST_MASK, 0, columns % lanes);
      CODES.get(band, () -> TranspositionCode.generate(isa, band)).call(p.address());
    }
  }

  private static void plain(long from, long fromRow, int rows, int columns, long to, long toRow) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        Memory.setFloat(
            to + column * toRow + 4L * row, Memory.getFloat(from + row * fromRow + 4L * column));
      }
    }
  }
}
