package io.troupe.tensor.cpu.vectors;

import static io.troupe.tensor.cpu.machinecode.Address.at;

import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.memory.KernelScratch;
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
  private final Register constants;
  private final int mask;

  /** Code that finds {@link #CONSTANTS} in a register. */
  public ErrorFunctionCode(VectorAssembler code, ExponentialCode exponential, Register constants) {
    this.code = code;
    this.exponential = exponential;
    this.constants = constants;
    this.mask = code.isa().maskRegister();
  }

  private static MemorySegment constants() {
    MemorySegment memory = KernelScratch.allocate(4L * COUNT);
    float[] ofErf = VectorMath.constantsOfErf();
    for (int i = 0; i < ofErf.length; i++) {
      Memory.setFloat(memory.address() + 4L * i, ofErf[i]);
    }
    Memory.setFloat(memory.address() + 4L * ONE, 1);
    Memory.setInt(memory.address() + 4L * MAGNITUDE, Integer.MAX_VALUE);
    Memory.setInt(memory.address() + 4L * SIGN, Integer.MIN_VALUE);
    return memory;
  }

  /** Replaces register 0 by its error function; uses registers 1 to 8 and the mask register. */
  public void replace() {
    code.move(X, 0);
    code.multiply(SQUARE, X, X);
    load(ABSOLUTE, MAGNITUDE);
    code.and(ABSOLUTE, ABSOLUTE, X);
    exponent();
    exponential.replaceNegative();
    fromExponential();
    int near = nearZero();
    load(1, SMALL);
    code.notLess(mask, 1, ABSOLUTE);
    code.blend(0, 0, near, mask);
  }

  /** Sets register 0 to the exponent of 1 - erf |x|: t (polynomial of t - 1). */
  private void exponent() {
    int constant = 1;
    int sum = 2;
    int low = 3;
    load(sum, OF_EXPONENT + 1);
    load(constant, OF_EXPONENT);
    code.multiplyAdd(sum, ABSOLUTE, constant);
    load(low, OF_EXPONENT + 3);
    load(constant, OF_EXPONENT + 2);
    code.multiplyAdd(low, ABSOLUTE, constant);
    code.multiplyAdd(low, sum, SQUARE);
    int last = low;
    int next = sum;
    for (int i = OF_EXPONENT + 4; i <= LAST_OF_EXPONENT; i++) {
      load(next, i);
      code.multiplyAdd(next, last, ABSOLUTE);
      int before = last;
      last = next;
      next = before;
    }
    code.zero(0);
    code.subtract(0, 0, ABSOLUTE);
    code.multiplyAdd(0, last, ABSOLUTE);
  }

  /** Replaces the exponential in register 0 by the error function, with the sign of x. */
  private void fromExponential() {
    int other = 1;
    load(other, ONE);
    code.subtract(0, other, 0);
    load(other, SIGN);
    code.and(other, other, X);
    code.or(0, 0, other);
  }

  /** Returns the register of x + x (polynomial of the square). */
  private int nearZero() {
    int constant = 1;
    int last = 2;
    int next = 3;
    load(last, NEAR_ZERO + 1);
    load(constant, NEAR_ZERO);
    code.multiplyAdd(last, SQUARE, constant);
    for (int i = NEAR_ZERO + 2; i <= LAST_NEAR_ZERO; i++) {
      load(next, i);
      code.multiplyAdd(next, last, SQUARE);
      int before = last;
      last = next;
      next = before;
    }
    code.move(next, X);
    code.multiplyAdd(next, last, X);
    return next;
  }

  private void load(int register, int index) {
    code.broadcast(register, at(constants, 4 * index));
  }
}
