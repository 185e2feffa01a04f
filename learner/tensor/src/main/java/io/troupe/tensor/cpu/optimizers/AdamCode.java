package io.troupe.tensor.cpu.optimizers;

import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;

/**
 * The generated loop of {@link AdamStep}.
 *
 * <p>Registers: RSI the parameters, RDX the gradients, R8 and R9 the first and second moments;
 * vectors 5 to 13 hold the settings.
 */
final class AdamCode {
  private static final int PARAM = 0;
  private static final int GRAD = 1;
  private static final int EXP_AVG = 2;
  private static final int EXP_AVG_SQ = 3;

  /** The first setting; the others follow in the order of the vectors. */
  private static final int SETTINGS = 4;

  private static final int SCALE = 5;
  private static final int DECAY = 6;
  private static final int KEEP = 7;
  private static final int FRESH1 = 8;
  private static final int KEEP2 = 9;
  private static final int FRESH2 = 10;
  private static final int ROOT = 11;
  private static final int SMALL = 12;
  private static final int MINUS_STEP = 13;

  private final Isa isa;
  private final MachineCode function;

  /** Generates the loop. */
  AdamCode(Isa isa) {
    this.isa = isa;
    this.function = generate(isa);
  }

  /** Updates {@code n} elements; {@code settings} are in the order of the vectors. */
  void run(float[] settings, long param, long grad, long expAvg, long expAvgSq, int n) {
    Parameters p = Parameters.ofThread();
    p.set(PARAM, param);
    p.set(GRAD, grad);
    p.set(EXP_AVG, expAvg);
    p.set(EXP_AVG_SQ, expAvgSq);
    for (int i = 0; i < settings.length; i++) {
      p.setFloat(SETTINGS + i, settings[i]);
    }
    ElementLoop.setLength(p, isa, n);
    function.call(p.address());
  }

  private static MachineCode generate(Isa isa) {
    VectorAssembler code = new VectorAssembler(isa);
    code.mov(RSI, number(PARAM));
    code.mov(RDX, number(GRAD));
    code.mov(R8, number(EXP_AVG));
    code.mov(R9, number(EXP_AVG_SQ));
    for (int i = SCALE; i <= MINUS_STEP; i++) {
      code.broadcast(i, number(SETTINGS + i - SCALE));
    }
    ElementLoop loop = new ElementLoop(code);
    loop.repeat(() -> update(code, loop));
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }

  private static void update(VectorAssembler code, ElementLoop loop) {
    int p = 0;
    int g = 1;
    int m = 2;
    int v = 3;
    int spare = 4;
    loop.load(p, RSI);
    loop.load(g, RDX);
    loop.load(m, R8);
    loop.load(v, R9);
    code.multiply(g, g, SCALE);
    code.multiplyAdd(g, p, DECAY);
    code.subtract(spare, g, m);
    code.multiplyAdd(m, spare, FRESH1);
    code.multiply(v, v, KEEP2);
    code.multiply(g, g, g);
    code.multiplyAdd(v, g, FRESH2);
    code.squareRoot(g, v);
    code.move(spare, SMALL);
    code.multiplyAdd(spare, g, ROOT);
    code.divide(spare, m, spare);
    loop.store(R8, m);
    loop.store(R9, v);
    code.multiply(p, p, KEEP);
    code.multiplyAdd(p, spare, MINUS_STEP);
    loop.store(RSI, p);
  }
}
