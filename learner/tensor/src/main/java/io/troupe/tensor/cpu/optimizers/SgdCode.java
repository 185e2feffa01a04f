package io.troupe.tensor.cpu.optimizers;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;

/**
 * The generated loop of {@link SgdStep}, half as many floats at a time as a vector has lanes: they
 * are computed in double precision.
 *
 * <p>Registers: RSI the parameters, RDX the gradients, R8 the momentum buffer, RCX rounds that are
 * left; vectors 10 to 15 hold the settings.
 */
final class SgdCode {
  private static final int PARAM = 0;
  private static final int GRAD = 1;
  private static final int BUFFER = 2;
  private static final int ROUNDS = 3;

  /** The first setting; the others follow in the order of the vectors. */
  private static final int SETTINGS = 4;

  private static final int LEARNING_RATE = 10;
  private static final int MOMENTUM = 11;
  private static final int FRESH = 12;
  private static final int DECAY = 13;
  private static final int LOOK_AHEAD = 14;
  private static final int SCALE = 15;

  private final int floats;
  private final MachineCode plain;
  private final MachineCode[] withMomentum = new MachineCode[4];

  /** Generates all loops. */
  SgdCode(Isa isa) {
    floats = isa.lanes() / 2;
    plain = generate(isa, false, false, false);
    for (int i = 0; i < withMomentum.length; i++) {
      withMomentum[i] = generate(isa, true, (i & 1) > 0, (i & 2) > 0);
    }
  }

  /** Updates the first of {@code n} elements and returns how many these were. */
  int run(SgdStep step, long param, long grad, long buffer, int n) {
    int rounds = n / floats;
    if (rounds == 0) {
      return 0;
    }
    Parameters p = Parameters.ofThread();
    p.set(PARAM, param);
    p.set(GRAD, grad);
    p.set(BUFFER, buffer);
    p.set(ROUNDS, rounds);
    p.setDouble(SETTINGS, step.lr());
    p.setDouble(SETTINGS + 1, step.momentum());
    p.setDouble(SETTINGS + 2, step.fresh());
    p.setDouble(SETTINGS + 3, step.weightDecay());
    p.setDouble(SETTINGS + 4, step.lookAhead());
    p.setDouble(SETTINGS + 5, step.gradScale());
    if (buffer == 0) {
      plain.call(p.address());
    } else {
      withMomentum[(step.momentum() == 0 ? 0 : 1) + (step.nesterov() ? 2 : 0)].call(p.address());
    }
    return rounds * floats;
  }

  private static MachineCode generate(
      Isa isa, boolean hasBuffer, boolean keepsBuffer, boolean isNesterov) {
    VectorAssembler code = new VectorAssembler(isa);
    code.mov(RSI, number(PARAM));
    code.mov(RDX, number(GRAD));
    code.mov(R8, number(BUFFER));
    code.mov(RCX, number(ROUNDS));
    for (int i = LEARNING_RATE; i <= SCALE; i++) {
      code.broadcastDouble(i, number(SETTINGS + i - LEARNING_RATE));
    }
    code.repeat(RCX, () -> round(code, hasBuffer, keepsBuffer, isNesterov));
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }

  private static void round(
      VectorAssembler code, boolean hasBuffer, boolean keepsBuffer, boolean isNesterov) {
    int bytes = code.isa().bytes() / 2;
    code.loadAsDoubles(0, at(RSI));
    code.loadAsDoubles(1, at(RDX));
    code.multiplyDoubles(1, 1, SCALE);
    code.multiplyDoubles(2, 0, DECAY);
    code.addDoubles(1, 1, 2);
    if (hasBuffer) {
      code.multiplyDoubles(2, 1, FRESH);
      if (keepsBuffer) {
        code.loadAsDoubles(3, at(R8));
        code.multiplyDoubles(3, 3, MOMENTUM);
        code.addDoubles(2, 3, 2);
      }
      code.toFloats(3, 2);
      code.storeLowerHalf(at(R8), 3);
      code.add(R8, bytes);
      if (isNesterov) {
        code.multiplyDoubles(2, 2, LOOK_AHEAD);
        code.addDoubles(1, 1, 2);
      } else {
        code.move(1, 2);
      }
    }
    code.multiplyDoubles(1, 1, LEARNING_RATE);
    code.subtractDoubles(0, 0, 1);
    code.toFloats(0, 0);
    code.storeLowerHalf(at(RSI), 0);
    code.add(RSI, bytes);
    code.add(RDX, bytes);
  }
}
