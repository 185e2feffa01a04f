package io.troupe.tensor.cpu.layout;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.cpu.vectors.Rows;
import io.troupe.tensor.memory.Memory;
import java.util.Optional;

/**
 * Multiplies rows of floats by numbers, and makes -0 into 0. Registers: RSI a row, RDX its factor.
 */
public final class ScaledRows {
  private static final int ROW = 0;
  private static final int ROW_BYTES = 1;
  private static final int ROWS = 2;
  private static final int FACTORS = 3;
  private static final int FACTOR = 4;

  private static final Optional<Isa> ISA = Isa.ofMachine();
  private static final MachineCode CODE = ISA.map(ScaledRows::generate).orElse(null);

  private ScaledRows() {}

  /** Multiplies {@code count} floats by a number. */
  public static void scale(long row, int count, float factor) {
    if (CODE == null) {
      Rows.scale(row, row, count, factor);
      return;
    }
    Parameters p = Parameters.ofThread();
    p.setFloat(FACTOR, factor);
    call(p, row, 1, count, p.address() + (long) FACTOR * Long.BYTES);
  }

  /**
   * Multiplies each row of a matrix by its own number.
   *
   * @param rows at least 1, one after the other
   * @param columns floats of a row
   * @param factors a float for each row
   */
  public static void scale(long matrix, int rows, int columns, long factors) {
    if (CODE == null) {
      for (int i = 0; i < rows; i++) {
        long row = matrix + 4L * columns * i;
        Rows.scale(row, row, columns, Memory.getFloat(factors + 4L * i));
      }
      return;
    }
    call(Parameters.ofThread(), matrix, rows, columns, factors);
  }

  private static void call(Parameters p, long matrix, int rows, int columns, long factors) {
    p.set(ROW, matrix);
    p.set(ROW_BYTES, 4L * columns);
    p.set(ROWS, rows);
    p.set(FACTORS, factors);
    ElementLoop.setLength(p, ISA.orElseThrow(), columns);
    CODE.call(p.address());
  }

  private static MachineCode generate(Isa isa) {
    int value = 0;
    int factor = 1;
    int zero = 2;
    VectorAssembler code = new VectorAssembler(isa);
    ElementLoop loop = new ElementLoop(code);
    code.mov(RSI, number(ROW));
    code.mov(RDX, number(FACTORS));
    code.zero(zero);
    code.repeat(
        number(ROWS),
        () -> {
          code.broadcast(factor, at(RDX));
          loop.repeat(
              () -> {
                loop.load(value, RSI);
                code.multiply(value, value, factor);
                code.add(value, value, zero);
                loop.store(RSI, value);
              });
          code.add(RSI, number(ROW_BYTES));
          code.add(RDX, Float.BYTES);
        });
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }
}
