package io.troupe.tensor.cpu.winograd;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.mask;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Address;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import java.util.List;

/**
 * Generates {@code Bᵀ d B} of neighboring tiles, at most as many as a vector has lanes, for channel
 * after channel. Images are read where they are; masks and the number of rows leave out the
 * padding.
 *
 * <p>Every row of the transform is the sum or difference of two rows of inputs. Its even and odd
 * columns are separated afterwards, once from the first column and once from the third.
 *
 * <p>Registers: R8 to R11 the four rows of inputs, RBX the distance of channels; RDX the target,
 * RAX and RCX one and three times the distance of points, RSI the point of a row of the transform,
 * R12 the distance of the target's channels; R13 channels that are left.
 */
final class InputTransform {
  /** Rows of inputs, four of them. */
  static final int ROWS = 0;

  static final int PLANE = 4;
  static final int TO = 5;
  static final int TO_CHANNEL = 6;
  static final int POINT = 7;
  static final int CHANNELS = 8;
  static final int INDICES = 9;

  private static final List<Register> SAVED = List.of(RBX, R12, R13);
  private static final Register[] INPUTS = {R8, R9, R10, R11};
  private static final int OTHER = 4;
  private static final int RESULT = 9;
  private static final int ZERO = 10;

  private final Interleaving pairs;
  private final VectorAssembler code;
  private final Isa isa;
  private final int rows;
  private final boolean isWide;

  private InputTransform(Isa isa, int rows, boolean isWide) {
    this.isa = isa;
    this.code = new VectorAssembler(isa);
    this.pairs = new Interleaving(code);
    this.rows = rows;
    this.isWide = isWide;
  }

  /**
   * Generates a transform.
   *
   * @param rows a bit for each of the four rows of inputs that is inside the image
   * @param isWide whether there are more than half as many tiles as lanes
   */
  static MachineCode generate(Isa isa, int rows, boolean isWide) {
    InputTransform transform = new InputTransform(isa, rows, isWide);
    transform.function();
    return MachineCode.of(transform.code);
  }

  private void function() {
    SAVED.forEach(code::push);
    for (int row = 0; row < 4; row++) {
      code.mov(INPUTS[row], number(ROWS + row));
    }
    code.mov(RBX, number(PLANE));
    code.mov(RDX, number(TO));
    code.mov(R12, number(TO_CHANNEL));
    code.mov(RAX, number(POINT));
    code.lea(RCX, at(RAX, RAX, 2));
    code.mov(R13, number(CHANNELS));
    code.mov(RSI, number(INDICES));
    pairs.loadIndices(RSI);
    code.zero(ZERO);
    if (isa == Isa.AVX512) {
      for (int i = 0; i < 4; i++) {
        code.loadMask(1 + i, mask(i));
      }
    }
    code.repeat(R13, this::channel);
    code.zeroUpper();
    SAVED.reversed().forEach(code::pop);
    code.ret();
  }

  private void channel() {
    code.mov(RSI, RDX);
    difference(0, 2);
    sum(1, 2);
    difference(2, 1);
    difference(1, 3);
    for (Register row : INPUTS) {
      code.add(row, RBX);
    }
    code.add(RDX, R12);
  }

  private void difference(int first, int second) {
    for (int part = 0; part < 4; part++) {
      if (isUsed(part) && isInside(second)) {
        load(OTHER, second, part);
        if (isInside(first)) {
          load(part, first, part);
          code.subtract(part, part, OTHER);
        } else {
          code.subtract(part, ZERO, OTHER);
        }
      } else if (isUsed(part)) {
        loadOrZero(part, first);
      }
    }
    columns();
  }

  private void sum(int first, int second) {
    for (int part = 0; part < 4; part++) {
      if (isUsed(part)) {
        loadOrZero(part, first);
        if (isInside(second)) {
          load(OTHER, second, part);
          code.add(part, part, OTHER);
        }
      }
    }
    columns();
  }

  /** The four points of a row of the transform, from the sums of the inputs' rows. */
  private void columns() {
    pairs.evens(5, 0, isWide ? 1 : 0);
    pairs.odds(6, 0, isWide ? 1 : 0);
    pairs.evens(7, 2, isWide ? 3 : 2);
    pairs.odds(8, 2, isWide ? 3 : 2);
    code.subtract(RESULT, 5, 7);
    code.store(at(RSI), RESULT);
    code.add(RESULT, 6, 7);
    code.store(at(RSI, RAX, 1), RESULT);
    code.subtract(RESULT, 7, 6);
    code.store(at(RSI, RAX, 2), RESULT);
    code.subtract(RESULT, 6, 8);
    code.store(at(RSI, RCX, 1), RESULT);
    code.lea(RSI, at(RSI, RAX, 4));
  }

  private boolean isInside(int row) {
    return (rows >> row & 1) == 1;
  }

  /** Parts 0 and 1 are two vectors from the first column, 2 and 3 two from the third one. */
  private boolean isUsed(int part) {
    return isWide || part % 2 == 0;
  }

  private void loadOrZero(int part, int row) {
    if (isInside(row)) {
      load(part, row, part);
    } else {
      code.zero(part);
    }
  }

  private void load(int target, int row, int part) {
    Address source = at(INPUTS[row], part % 2 * isa.bytes() + part / 2 * 2 * Float.BYTES);
    if (isa == Isa.AVX512) {
      code.load(target, source, 1 + part);
    } else {
      int register = isa.registers() - 1;
      code.loadMask(register, mask(part));
      code.load(target, source, register);
    }
  }
}
