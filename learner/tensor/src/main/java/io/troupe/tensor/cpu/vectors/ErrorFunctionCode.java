package io.troupe.tensor.cpu.vectors;

import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.MemorySegment;

/** Generates the error function of a vector: the bits of {@link VectorMath#erf}. */
public final class ErrorFunctionCode {
  private static final int OF_EXPONENT = 0;
  private static final int LAST_OF_EXPONENT = 6;
  private static final int NEAR_ZERO = 7;
  private static final int LAST_NEAR_ZERO = 12;
  private static final int SMALL = 13;
  private static final int ONE = 14;
  private static final int MAGNITUDE = 15;
  private static final int SIGN = 16;
  private static final int COUNT = 17;

  private static final MemorySegment MEMORY = constants();

  /** The address of the constants. */
  public static final long CONSTANTS = MEMORY.address();

  private static final int X = 6;
  private static final int SQUARE = 7;
  private static final int ABSOLUTE = 8;

  private final VectorAssembler code;
  private final ExponentialCode exponential;
  private final CodeConstants constants;
  private final int mask;

  /** Code that finds {@link #CONSTANTS} in a register. */
  public ErrorFunctionCode(VectorAssembler code, ExponentialCode exponential, Register constants) {
    this.code = code;
    this.exponential = exponential;
    this.constants = new CodeConstants(code, constants);
    this.mask = code.isa().maskRegister();
  }

  private static MemorySegment constants() {
    MemorySegment memory =
        CodeConstants.allocate(
            COUNT,
            VectorMath.F0,
            VectorMath.F1,
            VectorMath.F2,
            VectorMath.F3,
            VectorMath.F4,
            VectorMath.F5,
            VectorMath.F6,
            VectorMath.G0,
            VectorMath.G1,
            VectorMath.G2,
            VectorMath.G3,
            VectorMath.G4,
            VectorMath.G5,
            VectorMath.ERF_SMALL);
    Memory.setFloat(memory.address() + 4L * ONE, 1);
    Memory.setInt(memory.address() + 4L * MAGNITUDE, Integer.MAX_VALUE);
    Memory.setInt(memory.address() + 4L * SIGN, Integer.MIN_VALUE);
    return memory;
  }

  /** Replaces register 0 by its error function; uses registers 1 to 8 and the mask register. */
  public void replace() {
    code.move(X, 0);
    code.multiply(SQUARE, X, X);
    constants.load(ABSOLUTE, MAGNITUDE);
    code.and(ABSOLUTE, ABSOLUTE, X);
    exponent();
    exponential.replaceNegative();
    fromExponential();
    int near = 4;
    nearZero(near);
    constants.load(1, SMALL);
    code.notLess(mask, 1, ABSOLUTE);
    code.blend(0, 0, near, mask);
  }

  /** Sets register 0 to the exponent of 1 - erf |x|: t (polynomial of t - 1). */
  private void exponent() {
    constants.load(1, OF_EXPONENT);
    int high = constants.polynomial(1, 2, ABSOLUTE, OF_EXPONENT + 1, OF_EXPONENT + 1);
    constants.load(1, OF_EXPONENT + 2);
    int low = constants.polynomial(1, 3, ABSOLUTE, OF_EXPONENT + 3, OF_EXPONENT + 3);
    code.multiplyAdd(low, high, SQUARE);
    int polynomial = constants.polynomial(low, high, ABSOLUTE, OF_EXPONENT + 4, LAST_OF_EXPONENT);
    code.zero(0);
    code.subtract(0, 0, ABSOLUTE);
    code.multiplyAdd(0, polynomial, ABSOLUTE);
  }

  /** Replaces the exponential in register 0 by the error function, with the sign of x. */
  private void fromExponential() {
    int other = 1;
    constants.load(other, ONE);
    code.subtract(0, other, 0);
    constants.load(other, SIGN);
    code.and(other, other, X);
    code.or(0, 0, other);
  }

  /** Sets a register to x + x (polynomial of the square). */
  private void nearZero(int target) {
    constants.load(1, NEAR_ZERO);
    int polynomial = constants.polynomial(1, 2, SQUARE, NEAR_ZERO + 1, LAST_NEAR_ZERO);
    code.move(target, X);
    code.multiplyAdd(target, polynomial, X);
  }
}
