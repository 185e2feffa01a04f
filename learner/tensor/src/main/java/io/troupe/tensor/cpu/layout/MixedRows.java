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
 * Weighted sums of the rows of two matrices of floats. Registers: RSI and RDX a row of each, R8 and
 * R9 their weights.
 */
public final class MixedRows {
  private static final int TO = 0;
  private static final int FROM = 1;
  private static final int ROW_BYTES = 2;
  private static final int ROWS = 3;
  private static final int KEEP = 4;
  private static final int TAKE = 5;

  private static final Optional<Isa> ISA = Isa.ofMachine();
  private static final MachineCode CODE = ISA.map(MixedRows::generate).orElse(null);

  private MixedRows() {}

  /**
   * A row of {@code to} becomes {@code to * keep + from * take}.
   *
   * @param to rows, one after the other
   * @param from as many
   * @param rows at least 1
   * @param columns floats of a row
   * @param keep a float for each row
   * @param take a float for each row
   */
  public static void mix(long to, long from, int rows, int columns, long keep, long take) {
    if (CODE == null) {
      for (int i = 0; i < rows; i++) {
        long row = 4L * columns * i;
        float kept = Memory.getFloat(keep + 4L * i);
        Rows.mix(to + row, kept, from + row, Memory.getFloat(take + 4L * i), columns);
      }
      return;
    }
    Parameters p = Parameters.ofThread();
    p.set(TO, to);
    p.set(FROM, from);
    p.set(ROW_BYTES, 4L * columns);
    p.set(ROWS, rows);
    p.set(KEEP, keep);
    p.set(TAKE, take);
    ElementLoop.setLength(p, ISA.orElseThrow(), columns);
    CODE.call(p.address());
  }

  private static MachineCode generate(Isa isa) {
    int kept = 0;
    int taken = 1;
    int keep = 2;
    int take = 3;
    VectorAssembler code = new VectorAssembler(isa);
    ElementLoop loop = new ElementLoop(code);
    code.mov(RSI, number(TO));
    code.mov(RDX, number(FROM));
    code.mov(R8, number(KEEP));
    code.mov(R9, number(TAKE));
    code.repeat(
        number(ROWS),
        () -> {
          code.broadcast(keep, at(R8));
          code.broadcast(take, at(R9));
          loop.repeat(
              () -> {
                loop.load(kept, RSI);
                loop.load(taken, RDX);
                code.multiply(kept, kept, keep);
                code.multiplyAdd(kept, taken, take);
                loop.store(RSI, kept);
              });
          code.add(RSI, number(ROW_BYTES));
          code.add(RDX, number(ROW_BYTES));
          code.add(R8, Float.BYTES);
          code.add(R9, Float.BYTES);
        });
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }
}
