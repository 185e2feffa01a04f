package io.troupe.tensor.cpu.vectors;

import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Generates the natural logarithm of a vector of positive numbers that are not denormal, or NaN:
 * the bits of {@link VectorMath#log}.
 */
public final class LogarithmCode {
  private static final int ONE = 0;
  private static final int POLYNOMIAL = 1;
  private static final int LAST_OF_POLYNOMIAL = 9;
  private static final int LN2_LOW = 10;
  private static final int LN2_HIGH = 11;
  private static final int MINUS_HALF = 12;
  private static final int ROUND = 13;
  private static final int SQRT_HALF = 14;
  private static final int INFINITY = 15;
  private static final int COUNT = 16;

  private static final int MANTISSA_BITS = 23;

  private static final MemorySegment MEMORY = constants();

  /** The address of the constants. */
  public static final long CONSTANTS = MEMORY.address();

  private final VectorAssembler code;
  private final CodeConstants constants;
  private final int mask;

  /** Code that finds {@link #CONSTANTS} in a register. */
  public LogarithmCode(VectorAssembler code, Register constants) {
    this.code = code;
    this.constants = new CodeConstants(code, constants);
    this.mask = code.isa().maskRegister();
  }

  private static MemorySegment constants() {
    MemorySegment memory =
        CodeConstants.allocate(
            COUNT,
            1,
            VectorMath.L0,
            VectorMath.L1,
            VectorMath.L2,
            VectorMath.L3,
            VectorMath.L4,
            VectorMath.L5,
            VectorMath.L6,
            VectorMath.L7,
            VectorMath.L8,
            VectorMath.LN2_LOW,
            VectorMath.LN2_HIGH,
            -0.5f,
            VectorMath.ROUND);
    Memory.setInt(memory.address() + 4L * SQRT_HALF, VectorMath.SQRT_HALF_BITS);
    Memory.setFloat(memory.address() + 4L * INFINITY, Float.POSITIVE_INFINITY);
    return memory;
  }

  /** Replaces register 0 by its logarithm; uses registers 1 to 6 and the mask register. */
  public void replace() {
    int x = 0;
    int n = 1;
    int m = 2;
    int square = 5;
    int constant = 6;
    split(x, n, m, constant);
    code.multiply(square, m, m);
    constants.load(3, POLYNOMIAL);
    int p = constants.polynomial(3, 4, m, POLYNOMIAL + 1, LAST_OF_POLYNOMIAL);
    code.multiply(p, p, m);
    code.multiply(p, p, square);
    constants.load(constant, LN2_LOW);
    code.multiplyAdd(p, n, constant);
    constants.load(constant, MINUS_HALF);
    code.multiplyAdd(p, square, constant);
    code.add(p, m, p);
    constants.load(constant, LN2_HIGH);
    code.multiplyAdd(p, n, constant);
    // infinity and NaN are their own logarithms
    constants.load(constant, INFINITY);
    code.notLess(mask, x, constant);
    code.blend(x, p, x, mask);
  }

  /** {@code x = 2^n (m + 1)} with m + 1 from the square root of 1/2 to that of 2. */
  private void split(int x, int n, int m, int constant) {
    constants.load(constant, SQRT_HALF);
    code.subtractIntegers(n, x, constant);
    code.shiftRight(n, n, MANTISSA_BITS);
    code.shiftLeft(m, n, MANTISSA_BITS);
    code.subtractIntegers(m, x, m);
    constants.load(constant, ONE);
    code.subtract(m, m, constant);
    constants.load(constant, ROUND);
    code.addIntegers(n, n, constant); // the bits of the rounding number plus n
    code.subtract(n, n, constant);
  }
}
