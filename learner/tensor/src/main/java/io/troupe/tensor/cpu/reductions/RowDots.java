package io.troupe.tensor.cpu.reductions;

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
 * Sums of products of the rows of two matrices of floats: the bits of {@link Rows#dot}. Registers:
 * RSI and RDX a row of each, R8 the result.
 */
public final class RowDots {
  private static final int A = 0;
  private static final int B = 1;
  private static final int ROW_BYTES = 2;
  private static final int ROWS = 3;
  private static final int RESULTS = 4;

  private static final Optional<Isa> ISA = Isa.ofMachine();
  private static final MachineCode CODE = ISA.map(RowDots::generate).orElse(null);

  private RowDots() {}

  /**
   * Writes a float for each row.
   *
   * @param a rows, one after the other
   * @param b as many
   * @param rows at least 1
   * @param columns floats of a row
   */
  public static void write(long results, long a, long b, int rows, int columns) {
    if (CODE == null) {
      for (int i = 0; i < rows; i++) {
        long row = 4L * columns * i;
        Memory.setFloat(results + 4L * i, Rows.dot(a + row, b + row, columns));
      }
      return;
    }
    Parameters p = Parameters.ofThread();
    p.set(A, a);
    p.set(B, b);
    p.set(ROW_BYTES, 4L * columns);
    p.set(ROWS, rows);
    p.set(RESULTS, results);
    ElementLoop.setLength(p, ISA.orElseThrow(), columns);
    CODE.call(p.address());
  }

  private static MachineCode generate(Isa isa) {
    int sum = 0;
    int x = 1;
    int y = 2;
    VectorAssembler code = new VectorAssembler(isa);
    ElementLoop loop = new ElementLoop(code);
    code.mov(RSI, number(A));
    code.mov(RDX, number(B));
    code.mov(R8, number(RESULTS));
    code.repeat(
        number(ROWS),
        () -> {
          code.zero(sum);
          loop.repeat(
              () -> {
                loop.load(x, RSI);
                loop.load(y, RDX);
                code.multiplyAdd(sum, x, y);
              });
          code.foldHalves(sum, x, () -> code.add(sum, sum, x));
          code.storeFirst(at(R8), sum);
          code.add(RSI, number(ROW_BYTES));
          code.add(RDX, number(ROW_BYTES));
          code.add(R8, Float.BYTES);
        });
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }
}
