package io.troupe.tensor.cpu.winograd;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;

/**
 * Generates {@code A dy Aᵀ} of neighboring tiles, one after the other, with a panel of channels
 * across the lanes of two vectors. Gradients outside of the image are 0.
 *
 * <p>Registers: RSI and RDX the upper and lower row of gradients; R9 the target, RAX and RCX one
 * and three times the distance of points, R10 the point of a row of the transform; R8 tiles that
 * are left.
 */
final class GradientTransform {
  static final int UPPER = 0;
  static final int LOWER = 1;
  static final int TO = 2;
  static final int POINT = 3;
  static final int TILES = 4;

  private static final int ZERO = 4;
  private static final int RESULT = 5;
  private static final int LEFT = 6;
  private static final int RIGHT = 7;

  private final VectorAssembler code;
  private final int width;
  private final boolean isPair;
  private final boolean isWhole;

  private GradientTransform(Isa isa, boolean isPair, boolean isWhole) {
    this.code = new VectorAssembler(isa);
    this.width = isa.bytes();
    this.isPair = isPair;
    this.isWhole = isWhole;
  }

  /**
   * Generates a transform.
   *
   * @param isPair whether the lower row of the tiles is inside the image
   * @param isWhole whether the right column of the tiles is
   */
  static MachineCode generate(Isa isa, boolean isPair, boolean isWhole) {
    GradientTransform transform = new GradientTransform(isa, isPair, isWhole);
    transform.function();
    return MachineCode.of(transform.code);
  }

  private void function() {
    code.mov(RSI, number(UPPER));
    code.mov(RDX, number(LOWER));
    code.mov(R9, number(TO));
    code.mov(RAX, number(POINT));
    code.lea(RCX, at(RAX, RAX, 2));
    code.mov(R8, number(TILES));
    code.zero(ZERO);
    code.repeat(R8, this::tile);
    code.zeroUpper();
    code.ret();
  }

  private void tile() {
    vector(0);
    vector(width);
    code.add(RSI, 4 * width);
    code.add(RDX, 4 * width);
    code.add(R9, 2 * width);
  }

  private void vector(int offset) {
    code.mov(R10, R9);
    load(0, RSI, offset, true);
    load(1, RSI, 2 * width + offset, isWhole);
    load(2, RDX, offset, isPair);
    load(3, RDX, 2 * width + offset, isPair && isWhole);
    row(0, 1, offset);
    code.add(LEFT, 0, 2);
    code.add(RIGHT, 1, 3);
    row(LEFT, RIGHT, offset);
    code.subtract(LEFT, 0, 2);
    code.subtract(RIGHT, 1, 3);
    row(LEFT, RIGHT, offset);
    code.subtract(LEFT, ZERO, 2);
    code.subtract(RIGHT, ZERO, 3);
    row(LEFT, RIGHT, offset);
  }

  private void load(int target, Register row, int offset, boolean isInside) {
    if (isInside) {
      code.load(target, at(row, offset));
    } else {
      code.zero(target);
    }
  }

  private void row(int left, int right, int offset) {
    code.store(at(R10, offset), left);
    code.add(RESULT, left, right);
    code.store(at(R10, RAX, 1).plus(offset), RESULT);
    code.subtract(RESULT, left, right);
    code.store(at(R10, RAX, 2).plus(offset), RESULT);
    code.subtract(RESULT, ZERO, right);
    code.store(at(R10, RCX, 1).plus(offset), RESULT);
    code.lea(R10, at(R10, RAX, 4));
  }
}
