package io.troupe.tensor.cpu.attention;

import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;

/**
 * Rotation by machine code, all heads in one call.
 *
 * <p>Registers: RSI and R8 the first and the second half of a head, RDX and R9 those of the result,
 * RCX the cosines, R10 the sines.
 */
final class GeneratedRotary implements RotaryKernels {
  private static final int X = 0;
  private static final int OUT = 1;
  private static final int COS = 2;
  private static final int SIN = 3;
  private static final int HALF_BYTES = 4;
  private static final int HEAD_BYTES = 5;
  private static final int HEADS = 6;

  private final Isa isa;
  private final MachineCode forward;
  private final MachineCode inverse;

  /** Generates the functions. */
  GeneratedRotary(Isa isa) {
    this.isa = isa;
    this.forward = generate(isa, false);
    this.inverse = generate(isa, true);
  }

  @Override
  public void rotate(Heads heads, long cos, long sin, boolean inverse) {
    if (heads.count() == 0) {
      return;
    }
    Parameters p = Parameters.ofThread();
    p.set(X, heads.x());
    p.set(OUT, heads.out());
    p.set(COS, cos);
    p.set(SIN, sin);
    p.set(HALF_BYTES, 4L * heads.half());
    p.set(HEAD_BYTES, 4L * heads.headDim());
    p.set(HEADS, heads.count());
    ElementLoop.setLength(p, isa, heads.half());
    (inverse ? this.inverse : forward).call(p.address());
  }

  private static MachineCode generate(Isa isa, boolean inverse) {
    VectorAssembler code = new VectorAssembler(isa);
    ElementLoop loop = new ElementLoop(code);
    code.mov(RSI, number(X));
    code.mov(RDX, number(OUT));
    code.mov(RCX, number(COS));
    code.mov(R10, number(SIN));
    code.repeat(
        number(HEADS),
        () -> {
          code.mov(R8, RSI);
          code.add(R8, number(HALF_BYTES));
          code.mov(R9, RDX);
          code.add(R9, number(HALF_BYTES));
          loop.repeat(() -> pairs(code, loop, inverse));
          code.add(RSI, number(HEAD_BYTES));
          code.add(RDX, number(HEAD_BYTES));
        });
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }

  private static void pairs(VectorAssembler code, ElementLoop loop, boolean inverse) {
    int a = 0;
    int b = 1;
    int c = 2;
    int s = 3;
    int first = 4;
    int second = 5;
    loop.load(a, RSI);
    loop.load(b, R8);
    loop.load(c, RCX);
    loop.load(s, R10);
    code.multiply(first, a, c);
    code.multiply(second, b, c);
    code.multiply(a, a, s);
    code.multiply(b, b, s);
    if (inverse) {
      code.add(first, first, b);
      code.subtract(second, second, a);
    } else {
      code.subtract(first, first, b);
      code.add(second, second, a);
    }
    loop.store(RDX, first);
    loop.store(R9, second);
  }
}
