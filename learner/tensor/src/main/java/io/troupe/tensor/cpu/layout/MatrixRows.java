package io.troupe.tensor.cpu.layout;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.mask;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.memory.Memory;
import java.util.Optional;

/**
 * Copies a matrix of floats or adds it to another, row by row.
 *
 * <p>Registers: RSI and R8 a row of the source and its distance, RDX and R9 the same of the target;
 * RAX and RCX where the code is in both; R10 rows, R11 vectors that are left.
 */
public final class MatrixRows {
  private static final int FROM = 0;
  private static final int FROM_ROW = 1;
  private static final int TO = 2;
  private static final int TO_ROW = 3;
  private static final int ROWS = 4;
  private static final int VECTORS = 5;
  private static final int REST = 6;

  private static final Optional<Isa> ISA = Isa.ofMachine();
  private static final MachineCode COPY = code(Operation.COPY);
  private static final MachineCode ADD = code(Operation.ADD);

  private enum Operation {
    COPY,
    ADD
  }

  private MatrixRows() {}

  /**
   * Copies a matrix.
   *
   * @param from first element, with {@code fromRow} bytes from row to row
   * @param to first element of the copy, with {@code toRow} bytes from row to row
   */
  public static void copy(long from, long fromRow, int rows, int columns, long to, long toRow) {
    if (COPY != null) {
      call(COPY, from, fromRow, rows, columns, to, toRow);
      return;
    }
    for (int row = 0; row < rows; row++) {
      Memory.copy(to + row * toRow, from + row * fromRow, 4L * columns);
    }
  }

  /**
   * Adds a matrix.
   *
   * @param from first element, with {@code fromRow} bytes from row to row
   * @param to first element of the matrix that is added to, with {@code toRow} bytes from row to
   *     row
   */
  public static void add(long from, long fromRow, int rows, int columns, long to, long toRow) {
    if (ADD != null) {
      call(ADD, from, fromRow, rows, columns, to, toRow);
    } else {
      plainAdd(from, fromRow, rows, columns, to, toRow);
    }
  }

  private static void call(
      MachineCode code, long from, long fromRow, int rows, int columns, long to, long toRow) {
    if (rows <= 0) {
      return;
    }
    Isa isa = ISA.orElseThrow();
    Parameters p = Parameters.ofThread();
    p.set(FROM, from);
    p.set(FROM_ROW, fromRow);
    p.set(TO, to);
    p.set(TO_ROW, toRow);
    p.set(ROWS, rows);
    p.set(VECTORS, columns / isa.lanes());
    p.set(REST, columns % isa.lanes());
    p.setMask(isa, 0, 0, columns % isa.lanes());
    code.call(p.address());
  }

  private static MachineCode code(Operation operation) {
    return ISA.map(isa -> generate(isa, operation)).orElse(null);
  }

  private static MachineCode generate(Isa isa, Operation operation) {
    VectorAssembler code = new VectorAssembler(isa);
    code.mov(RSI, number(FROM));
    code.mov(R8, number(FROM_ROW));
    code.mov(RDX, number(TO));
    code.mov(R9, number(TO_ROW));
    code.mov(R10, number(ROWS));
    code.loadMask(isa.maskRegister(), mask(0));
    code.repeat(
        R10,
        () -> {
          code.mov(RAX, RSI);
          code.mov(RCX, RDX);
          code.mov(R11, number(VECTORS));
          code.ifNotZero(R11, () -> code.repeat(R11, () -> vector(code, operation)));
          code.mov(R11, number(REST));
          code.ifNotZero(R11, () -> rest(code, operation));
          code.add(RSI, R8);
          code.add(RDX, R9);
        });
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }

  private static void vector(VectorAssembler code, Operation operation) {
    code.load(0, at(RAX));
    if (operation == Operation.ADD) {
      code.add(0, 0, at(RCX));
    }
    code.store(at(RCX), 0);
    code.add(RAX, code.isa().bytes());
    code.add(RCX, code.isa().bytes());
  }

  private static void rest(VectorAssembler code, Operation operation) {
    int mask = code.isa().maskRegister();
    code.load(0, at(RAX), mask);
    if (operation == Operation.ADD) {
      code.load(1, at(RCX), mask);
      code.add(0, 1, 0);
    }
    code.store(at(RCX), 0, mask);
  }

  private static void plainAdd(
      long from, long fromRow, int rows, int columns, long to, long toRow) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        long at = to + row * toRow + 4L * column;
        float more = Memory.getFloat(from + row * fromRow + 4L * column);
        Memory.setFloat(at, Memory.getFloat(at) + more);
      }
    }
  }
}
