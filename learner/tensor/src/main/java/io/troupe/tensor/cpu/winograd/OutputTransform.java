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
 * Generates {@code Aᵀ m A} of neighboring tiles, at most as many as a vector has lanes, for channel
 * after channel, and writes their outputs to the image.
 *
 * <p>Registers: RSI, R12, R13 and R14 the products at the first point of each row of points, RAX
 * and RCX one and three times the distance of points, R11 the distance of channels; R8 the upper
 * row of outputs, R9 the distance of the lower one, R10 that of channels; RBX the bias; RDX
 * channels that are left.
 */
final class OutputTransform {
  static final int FROM = 0;
  static final int FROM_CHANNEL = 1;
  static final int POINT = 2;
  static final int TO = 3;
  static final int ROW = 4;
  static final int PLANE = 5;
  static final int CHANNELS = 6;
  static final int BIAS = 7;
  static final int INDICES = 8;

  private static final List<Register> SAVED = List.of(RBX, R12, R13, R14);
  private static final Register[] PRODUCTS = {RSI, R12, R13, R14};
  private static final int UPPER = 0;
  private static final int LOWER = 4;
  private static final int BIASES = 12;

  private final Interleaving pairs;
  private final VectorAssembler code;
  private final Isa isa;
  private final boolean isPair;
  private final boolean isWide;
  private final boolean hasBias;

  private OutputTransform(Isa isa, boolean isPair, boolean isWide, boolean hasBias) {
    this.isa = isa;
    this.code = new VectorAssembler(isa);
    this.pairs = new Interleaving(code);
    this.isPair = isPair;
    this.isWide = isWide;
    this.hasBias = hasBias;
  }

  /**
   * Generates a transform.
   *
   * @param isPair whether the lower row of outputs is inside the image
   * @param isWide whether there are more than half as many tiles as lanes
   */
  static MachineCode generate(Isa isa, boolean isPair, boolean isWide, boolean hasBias) {
    OutputTransform transform = new OutputTransform(isa, isPair, isWide, hasBias);
    transform.function();
    return MachineCode.of(transform.code);
  }

  private void function() {
    SAVED.forEach(code::push);
    code.mov(RSI, number(INDICES));
    pairs.loadIndices(RSI);
    code.mov(RSI, number(FROM));
    code.mov(R11, number(FROM_CHANNEL));
    code.mov(RAX, number(POINT));
    code.lea(RCX, at(RAX, RAX, 2));
    code.mov(R8, number(TO));
    code.mov(R9, number(ROW));
    code.mov(R10, number(PLANE));
    code.mov(RBX, number(BIAS));
    code.mov(RDX, number(CHANNELS));
    if (isa == Isa.AVX512) {
      code.loadMask(1, mask(0));
      code.loadMask(2, mask(1));
    }
    code.repeat(
        RDX,
        () -> {
          channel();
          code.add(RSI, R11);
          code.add(R8, R10);
        });
    code.zeroUpper();
    SAVED.reversed().forEach(code::pop);
    code.ret();
  }

  private void channel() {
    for (int row = 1; row < 4; row++) {
      code.lea(PRODUCTS[row], at(PRODUCTS[row - 1], RAX, 4));
    }
    for (int column = 0; column < 4; column++) {
      code.load(8, product(1, column));
      code.load(9, product(2, column));
      code.add(10, 8, 9);
      code.add(UPPER + column, 10, product(0, column));
      if (isPair) {
        code.subtract(10, 8, 9);
        code.subtract(LOWER + column, 10, product(3, column));
      }
    }
    if (hasBias) {
      code.broadcast(BIASES, at(RBX));
      code.add(RBX, Float.BYTES);
    }
    write(UPPER, at(R8), at(R8, isa.bytes()));
    if (isPair) {
      code.lea(R12, at(R8, R9, 1));
      write(LOWER, at(R12), at(R12, isa.bytes()));
    }
  }

  private void write(int row, Address first, Address second) {
    code.add(8, row + 1, row + 2);
    code.add(8, 8, row);
    code.subtract(9, row + 1, row + 2);
    code.subtract(9, 9, row + 3);
    if (hasBias) {
      code.add(8, 8, BIASES);
      code.add(9, 9, BIASES);
    }
    pairs.interleave(10, 11, 8, 9);
    store(first, 10, 0);
    if (isWide) {
      store(second, 11, 1);
    }
  }

  private void store(Address target, int source, int number) {
    if (isa == Isa.AVX512) {
      code.store(target, source, 1 + number);
    } else {
      int register = isa.registers() - 1;
      code.loadMask(register, mask(number));
      code.store(target, source, register);
    }
  }

  private static Address product(int row, int column) {
    Register base = PRODUCTS[row];
    return switch (column) {
      case 0 -> at(base);
      case 1 -> at(base, RAX, 1);
      case 2 -> at(base, RAX, 2);
      default -> at(base, RCX, 1);
    };
  }
}
