package io.troupe.tensor.cpu.vectors;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.MemorySegment;

/** Generates the exponential of a vector: the bits of {@link VectorMath#exp}. */
public final class ExponentialCode {
  private static final int LOG2_E = 0;
  private static final int ROUND = 1;
  private static final int MINUS_LN2_HIGH = 2;
  private static final int MINUS_LN2_LOW = 3;
  private static final int POLYNOMIAL = 4;
  private static final int ONE = 10;
  private static final int UNDERFLOW = 11;
  private static final int BIAS = 12;
  private static final int LARGEST = 13;
  private static final int COUNT = 14;

  /** Its exponential is infinity, and larger numbers would exceed the range of exponents. */
  private static final float OVERFLOW = 89;

  private static final int EXPONENT_BIAS = 127;
  private static final int MANTISSA_BITS = 23;

  private static final MemorySegment MEMORY = constants();

  /** The address of the constants. */
  public static final long CONSTANTS = MEMORY.address();

  private final VectorAssembler code;
  private final CodeConstants constants;
  private final int mask;

  /** Code that finds {@link #CONSTANTS} in a register. */
  public ExponentialCode(VectorAssembler code, Register constants) {
    this.code = code;
    this.constants = new CodeConstants(code, constants);
    this.mask = code.isa().maskRegister();
  }

  private static MemorySegment constants() {
    MemorySegment memory =
        CodeConstants.allocate(
            COUNT,
            VectorMath.LOG2_E,
            VectorMath.ROUND,
            -VectorMath.LN2_HIGH,
            -VectorMath.LN2_LOW,
            VectorMath.E0,
            VectorMath.E1,
            VectorMath.E2,
            VectorMath.E3,
            VectorMath.E4,
            VectorMath.E5,
            1,
            VectorMath.EXP_UNDERFLOW);
    Memory.setInt(memory.address() + 4L * BIAS, EXPONENT_BIAS);
    Memory.setFloat(memory.address() + 4L * LARGEST, OVERFLOW);
    return memory;
  }

  /** Replaces register 0 by its exponential; uses registers 1 to 5 and the mask register. */
  public void replace() {
    constants.load(5, LARGEST);
    code.min(0, 5, 0);
    replaceNegative();
  }

  /** The same for numbers up to 0, or NaN. */
  public void replaceNegative() {
    int x = 0;
    int shifted = 1;
    int n = 2;
    int first = 3;
    int second = 4;
    int constant = 5;
    constants.load(constant, UNDERFLOW);
    code.notLess(mask, x, constant);
    code.max(x, constant, x);
    constants.load(constant, ROUND);
    code.move(shifted, constant);
    constants.load(first, LOG2_E);
    code.multiplyAdd(shifted, x, first);
    code.subtract(n, shifted, constant);
    constants.load(first, MINUS_LN2_HIGH);
    code.multiplyAdd(x, n, first);
    constants.load(first, MINUS_LN2_LOW);
    code.multiplyAdd(x, n, first);
    constants.load(first, POLYNOMIAL);
    int p = constants.polynomial(first, second, x, POLYNOMIAL + 1, ONE - 1);
    int other = p == first ? second : first;
    code.multiply(other, x, x);
    code.multiplyAdd(x, p, other);
    constants.load(other, ONE);
    code.add(x, x, other);
    // zero before the last step: a result below the smallest float costs more than a hundred cycles
    code.keep(x, x, mask);
    timesPowerOfTwo(x, shifted, n, constant);
  }

  private void timesPowerOfTwo(int x, int shifted, int n, int constant) {
    if (code.isa() == Isa.AVX512) {
      code.scale(x, x, n);
      return;
    }
    // 2^n in two factors, so that n may pass the range of one exponent
    code.subtractIntegers(shifted, shifted, constant);
    code.shiftRight(n, shifted, 1);
    code.subtractIntegers(shifted, shifted, n);
    constants.load(constant, BIAS);
    code.addIntegers(n, n, constant);
    code.addIntegers(shifted, shifted, constant);
    code.shiftLeft(n, n, MANTISSA_BITS);
    code.shiftLeft(shifted, shifted, MANTISSA_BITS);
    code.multiply(x, x, n);
    code.multiply(x, x, shifted);
  }
}
