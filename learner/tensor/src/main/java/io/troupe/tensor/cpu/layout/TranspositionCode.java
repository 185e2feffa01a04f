package io.troupe.tensor.cpu.layout;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.mask;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Address;
import io.troupe.tensor.cpu.machinecode.Assembler.Condition;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.Label;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import java.util.List;

/**
 * Generates the transposition of a band of rows: square blocks of one vector per row. Blocks of 4x4
 * within 128 bits are transposed first, then their positions.
 *
 * <p>Registers: RSI, R9, R10 and R11 rows 0, 4, 8 and 12 of the source, R8 and RCX one and three
 * times its distance; RDX, R12, R13 and R14 the same of the target, RAX and RBX its distance; R15
 * blocks that are left.
 */
final class TranspositionCode {
  static final int FROM = 0;
  static final int FROM_ROW = 1;
  static final int TO = 2;
  static final int TO_ROW = 3;

  /** Whole blocks of columns, and columns after them. */
  static final int BLOCKS = 4;

  static final int REST = 5;

  /** Masks of the rows, and of the columns after the last block. */
  static final int ROWS_MASK = 0;

  static final int REST_MASK = 1;

  private static final int STORE_MASK = 1;
  private static final int LOAD_MASK = 2;
  private static final List<Register> SAVED = List.of(RBX, R12, R13, R14, R15);
  private static final Register[] SOURCES = {RSI, R9, R10, R11};
  private static final Register[] TARGETS = {RDX, R12, R13, R14};

  private final VectorAssembler code;
  private final Isa isa;
  private final int lanes;
  private final int rows;

  private TranspositionCode(Isa isa, int rows) {
    this.isa = isa;
    this.code = new VectorAssembler(isa);
    this.lanes = isa.lanes();
    this.rows = rows;
  }

  /** Generates the transposition of so many rows, at most one for each lane. */
  static MachineCode generate(Isa isa, int rows) {
    TranspositionCode transposition = new TranspositionCode(isa, rows);
    transposition.function();
    return MachineCode.of(transposition.code);
  }

  private void function() {
    SAVED.forEach(code::push);
    code.mov(RSI, number(FROM));
    code.mov(R8, number(FROM_ROW));
    code.lea(RCX, at(R8, R8, 2));
    code.mov(RDX, number(TO));
    code.mov(RAX, number(TO_ROW));
    code.lea(RBX, at(RAX, RAX, 2));
    if (isa == Isa.AVX512) {
      code.loadMask(STORE_MASK, mask(ROWS_MASK));
      code.loadMask(LOAD_MASK, mask(REST_MASK));
    }
    Label done = new Label();
    code.mov(R15, number(BLOCKS));
    code.ifNotZero(R15, () -> code.repeat(R15, this::block));
    code.mov(R15, number(REST));
    code.test(R15);
    code.jump(Condition.ZERO, done);
    addresses();
    load(true);
    transpose();
    for (int i = 0; i < lanes - 1; i++) {
      store(i);
      code.sub(R15, 1);
      code.jump(Condition.ZERO, done);
    }
    code.bind(done);
    code.zeroUpper();
    SAVED.reversed().forEach(code::pop);
    code.ret();
  }

  private void block() {
    addresses();
    load(false);
    transpose();
    for (int i = 0; i < lanes; i++) {
      store(i);
    }
    code.add(RSI, isa.bytes());
    code.lea(RDX, at(TARGETS[lanes / 4 - 1], RAX, 4));
  }

  private void addresses() {
    for (int i = 1; i < lanes / 4; i++) {
      code.lea(SOURCES[i], at(SOURCES[i - 1], R8, 4));
      code.lea(TARGETS[i], at(TARGETS[i - 1], RAX, 4));
    }
  }

  private void load(boolean masked) {
    int spare = isa.registers() - 1;
    if (masked && isa == Isa.AVX2) {
      code.loadMask(spare, mask(REST_MASK));
    }
    for (int i = 0; i < lanes; i++) {
      Address source = address(SOURCES[i / 4], i % 4, R8, RCX);
      if (i >= rows) {
        code.zero(i);
      } else if (masked) {
        code.load(i, source, isa == Isa.AVX512 ? LOAD_MASK : spare);
      } else {
        code.load(i, source);
      }
    }
  }

  /** From registers 0 to lanes - 1 to those of {@link #result}. */
  private void transpose() {
    for (int i = 0; i < lanes; i += 2) {
      code.unpackLow(lanes + i, i, i + 1);
      code.unpackHigh(lanes + i + 1, i, i + 1);
    }
    for (int i = 0; i < lanes; i += 4) {
      int first = lanes + i;
      code.unpackLowPairs(i, first, first + 2);
      code.unpackHighPairs(i + 1, first, first + 2);
      code.unpackLowPairs(i + 2, first + 1, first + 3);
      code.unpackHighPairs(i + 3, first + 1, first + 3);
    }
    for (int i = 0; i < 4; i++) {
      if (isa == Isa.AVX2) {
        code.selectHalves(lanes + i, i, 4 + i, 0x20);
        code.selectHalves(lanes + 4 + i, i, 4 + i, 0x31);
      } else {
        quarters(i);
      }
    }
  }

  private void quarters(int i) {
    code.shuffleQuarters(16 + i, i, 4 + i, 0x44);
    code.shuffleQuarters(20 + i, i, 4 + i, 0xEE);
    code.shuffleQuarters(24 + i, 8 + i, 12 + i, 0x44);
    code.shuffleQuarters(28 + i, 8 + i, 12 + i, 0xEE);
    code.shuffleQuarters(i, 16 + i, 24 + i, 0x88);
    code.shuffleQuarters(4 + i, 16 + i, 24 + i, 0xDD);
    code.shuffleQuarters(8 + i, 20 + i, 28 + i, 0x88);
    code.shuffleQuarters(12 + i, 20 + i, 28 + i, 0xDD);
  }

  private int result(int row) {
    return isa == Isa.AVX2 ? lanes + row : row;
  }

  private void store(int i) {
    Address target = address(TARGETS[i / 4], i % 4, RAX, RBX);
    if (rows == lanes) {
      code.store(target, result(i));
      return;
    }
    if (isa == Isa.AVX2) {
      code.loadMask(0, mask(ROWS_MASK));
    }
    code.store(target, result(i), isa == Isa.AVX2 ? 0 : STORE_MASK);
  }

  private static Address address(Register base, int row, Register one, Register three) {
    return switch (row) {
      case 0 -> at(base);
      case 1 -> at(base, one, 1);
      case 2 -> at(base, one, 2);
      default -> at(base, three, 1);
    };
  }
}
