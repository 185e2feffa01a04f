package io.troupe.tensor.cpu.reductions;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.memory.Memory;

/**
 * Sums of squares of floats in double precision. A sum has four strands: strand j adds the elements
 * whose index is j modulo 4, in their order, and the elements after the last four belong to strand
 * 0.
 *
 * <p>The generated code keeps the strands of a sum in one vector of 256 bits, also on machines with
 * wider ones. A strand waits for each addition, so several sums are computed together.
 *
 * <p>Registers: RSI, RDX, R8 and R9 the next elements of each sum, RCX rounds that are left.
 */
final class Squares {
  /** Sums that are computed together. */
  static final int TOGETHER = 4;

  private static final int STRANDS = 4;
  private static final int FROM = 0;
  private static final int ROUNDS = TOGETHER;
  private static final int RESULTS = ROUNDS + 1;
  private static final Register[] ELEMENTS = {RSI, RDX, R8, R9};

  private static final MachineCode ONE = code(1);
  private static final MachineCode MANY = code(TOGETHER);

  private Squares() {}

  /** The sum of squares of {@code n} elements. */
  static double sum(long a, int n) {
    if (ONE == null || n < STRANDS) {
      return plain(a, n);
    }
    Parameters p = Parameters.ofThread();
    p.set(FROM, a);
    p.set(ROUNDS, n / STRANDS);
    ONE.call(p.address());
    return finish(p, 0, a, n);
  }

  /**
   * The sums of squares of parts that follow one another.
   *
   * @param n elements of all parts
   * @param each elements of a part; the last one may have fewer
   */
  static double[] ofParts(long a, int n, int each) {
    double[] sums = new double[(n + each - 1) / each];
    int part = 0;
    if (MANY != null && each >= STRANDS) {
      for (; (part + TOGETHER) * each <= n; part += TOGETHER) {
        together(sums, part, a + 4L * part * each, each);
      }
    }
    for (; part < sums.length; part++) {
      sums[part] = sum(a + 4L * part * each, Math.min(each, n - part * each));
    }
    return sums;
  }

  private static void together(double[] sums, int first, long a, int n) {
    Parameters p = Parameters.ofThread();
    for (int i = 0; i < TOGETHER; i++) {
      p.set(FROM + i, a + 4L * i * n);
    }
    p.set(ROUNDS, n / STRANDS);
    MANY.call(p.address());
    for (int i = 0; i < TOGETHER; i++) {
      sums[first + i] = finish(p, i, a + 4L * i * n, n);
    }
  }

  private static double finish(Parameters p, int sum, long a, int n) {
    int result = RESULTS + sum * STRANDS;
    double s0 = p.getDouble(result);
    for (int i = n / STRANDS * STRANDS; i < n; i++) {
      double x = Memory.getFloat(a + 4L * i);
      s0 += x * x;
    }
    return (s0 + p.getDouble(result + 1)) + (p.getDouble(result + 2) + p.getDouble(result + 3));
  }

  private static MachineCode code(int sums) {
    // an instruction set includes the narrower ones
    return Isa.ofMachine().map(_ -> generate(sums)).orElse(null);
  }

  private static MachineCode generate(int sums) {
    VectorAssembler code = new VectorAssembler(Isa.AVX2);
    for (int i = 0; i < sums; i++) {
      code.mov(ELEMENTS[i], number(FROM + i));
      code.zero(i);
    }
    code.mov(RCX, number(ROUNDS));
    code.repeat(RCX, () -> round(code, sums));
    for (int i = 0; i < sums; i++) {
      code.store(number(RESULTS + i * STRANDS), i);
    }
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }

  private static void round(VectorAssembler code, int sums) {
    for (int i = 0; i < sums; i++) {
      int x = TOGETHER + i;
      code.loadAsDoubles(x, at(ELEMENTS[i]));
      code.multiplyDoubles(x, x, x);
      code.addDoubles(i, i, x);
      code.add(ELEMENTS[i], STRANDS * Float.BYTES);
    }
  }

  private static double plain(long a, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i <= n - 4; i += 4) {
      double x0 = Memory.getFloat(a + 4L * i);
      double x1 = Memory.getFloat(a + 4L * i + 4);
      double x2 = Memory.getFloat(a + 4L * i + 8);
      double x3 = Memory.getFloat(a + 4L * i + 12);
      s0 += x0 * x0;
      s1 += x1 * x1;
      s2 += x2 * x2;
      s3 += x3 * x3;
    }
    for (; i < n; i++) {
      double x = Memory.getFloat(a + 4L * i);
      s0 += x * x;
    }
    return (s0 + s1) + (s2 + s3);
  }
}
