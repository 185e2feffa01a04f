package io.troupe.tensor.cpu.elementwise;

import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;

/** Generates {@code target += factor * a}. Registers: RSI the target, RDX a. */
final class AddScaledCode {
  static final int TARGET = 0;
  static final int A = 1;
  static final int FACTOR = 2;

  private AddScaledCode() {}

  static MachineCode generate(Isa isa) {
    VectorAssembler code = new VectorAssembler(isa);
    code.mov(RSI, number(TARGET));
    code.mov(RDX, number(A));
    code.broadcast(2, number(FACTOR));
    ElementLoop loop = new ElementLoop(code);
    loop.repeat(
        () -> {
          loop.load(0, RSI);
          loop.load(1, RDX);
          code.multiplyAdd(0, 1, 2);
          loop.store(RSI, 0);
        });
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }
}
