package io.troupe.tensor.cpu.winograd;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Address;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;

/**
 * Generates {@code G g Gᵀ} of kernels, and {@code Gᵀ m G} of their gradients, with kernels across
 * the lanes.
 *
 * <p>Registers: RSI the source, RAX and RCX one and three times the distance of its elements; RDX
 * the target, R8 and R9 one and three times the distance of its elements; R10 a row of either; R11
 * vectors that are left.
 */
final class KernelTransform {
  static final int FROM = 0;
  static final int FROM_ELEMENT = 1;
  static final int TO = 2;
  static final int TO_ELEMENT = 3;
  static final int VECTORS = 4;
  static final int HALF = 5;

  private static final int HALVES = 15;
  private static final int OUTER = 12;
  private static final int OTHER = 13;
  private static final int RESULT = 14;

  private final VectorAssembler code;
  private final int width;

  private KernelTransform(Isa isa) {
    this.code = new VectorAssembler(isa);
    this.width = isa.bytes();
  }

  /** Generates {@code G g Gᵀ}: from 9 elements to 16 points. */
  static MachineCode ofKernels(Isa isa) {
    KernelTransform transform = new KernelTransform(isa);
    transform.function(transform::kernel);
    return MachineCode.of(transform.code);
  }

  /** Generates {@code Gᵀ m G}: from 16 points to 9 elements. */
  static MachineCode ofGradients(Isa isa) {
    KernelTransform transform = new KernelTransform(isa);
    transform.function(transform::gradient);
    return MachineCode.of(transform.code);
  }

  private void function(Runnable vector) {
    code.mov(RSI, number(FROM));
    code.mov(RAX, number(FROM_ELEMENT));
    code.lea(RCX, at(RAX, RAX, 2));
    code.mov(RDX, number(TO));
    code.mov(R8, number(TO_ELEMENT));
    code.lea(R9, at(R8, R8, 2));
    code.mov(R11, number(VECTORS));
    code.broadcast(HALVES, number(HALF));
    code.repeat(
        R11,
        () -> {
          vector.run();
          code.add(RSI, width);
          code.add(RDX, width);
        });
    code.zeroUpper();
    code.ret();
  }

  /** Columns 0 to 2 of three rows become registers 3 * point + column, then four points a row. */
  private void kernel() {
    for (int column = 0; column < 3; column++) {
      code.mov(R10, RSI);
      for (int i = 0; i < column; i++) {
        code.add(R10, RAX);
      }
      code.load(column, at(R10));
      code.load(OTHER, at(R10, RCX, 1));
      code.lea(R10, at(R10, RCX, 2));
      code.load(9 + column, at(R10));
      code.add(OUTER, column, 9 + column);
      code.add(RESULT, OUTER, OTHER);
      code.multiply(3 + column, RESULT, HALVES);
      code.subtract(RESULT, OUTER, OTHER);
      code.multiply(6 + column, RESULT, HALVES);
    }
    code.mov(R10, RDX);
    for (int row = 0; row < 4; row++) {
      int first = 3 * row;
      code.store(at(R10), first);
      code.add(OUTER, first, first + 2);
      code.add(RESULT, OUTER, first + 1);
      code.multiply(RESULT, RESULT, HALVES);
      code.store(at(R10, R8, 1), RESULT);
      code.subtract(RESULT, OUTER, first + 1);
      code.multiply(RESULT, RESULT, HALVES);
      code.store(at(R10, R8, 2), RESULT);
      code.store(at(R10, R9, 1), first + 2);
      code.lea(R10, at(R10, R8, 4));
    }
  }

  /** Points of a column become registers 4 * row + column, then three elements a row. */
  private void gradient() {
    for (int column = 0; column < 4; column++) {
      Address source = point(RSI, column);
      code.lea(R10, source);
      code.load(column, at(R10));
      code.lea(R10, at(R10, RAX, 4));
      code.load(OUTER, at(R10));
      code.lea(R10, at(R10, RAX, 4));
      code.load(OTHER, at(R10));
      code.lea(R10, at(R10, RAX, 4));
      code.add(RESULT, OUTER, OTHER);
      code.multiply(RESULT, RESULT, HALVES);
      code.add(column, column, RESULT);
      code.add(8 + column, RESULT, at(R10));
      code.subtract(RESULT, OUTER, OTHER);
      code.multiply(4 + column, RESULT, HALVES);
    }
    code.mov(R10, RDX);
    for (int row = 0; row < 3; row++) {
      int first = 4 * row;
      code.add(OUTER, first + 1, first + 2);
      code.multiply(OUTER, OUTER, HALVES);
      code.add(RESULT, first, OUTER);
      code.store(at(R10), RESULT);
      code.subtract(RESULT, first + 1, first + 2);
      code.multiply(RESULT, RESULT, HALVES);
      code.store(at(R10, R8, 1), RESULT);
      code.add(RESULT, OUTER, first + 3);
      code.store(at(R10, R8, 2), RESULT);
      code.add(R10, R9);
    }
  }

  private static Address point(Register base, int column) {
    return switch (column) {
      case 0 -> at(base);
      case 1 -> at(base, RAX, 1);
      case 2 -> at(base, RAX, 2);
      default -> at(base, RCX, 1);
    };
  }
}
