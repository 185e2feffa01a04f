package io.troupe.tensor.cpu.elementwise;

import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.cpu.vectors.ExponentialCode;

/**
 * Generates SwiGLU and its gradients.
 *
 * <p>Registers: RSI the gate, RDX up, R8 the result or its gradient, RCX and R10 the gradients of
 * gate and up, R9 the constants of the exponential. Vector 6 holds elements of the gate, 7 ones.
 */
final class SwigluCode {
  static final int GATE = 0;
  static final int UP = 1;
  static final int OUT = 2;
  static final int D_OUT = 2;
  static final int D_GATE = 3;
  static final int D_UP = 4;
  static final int CONSTANTS = 5;
  static final int ONE = 6;

  private static final int GATES = 6;
  private static final int ONES = 7;

  private final VectorAssembler code;
  private final ElementLoop loop;
  private final ExponentialCode exponential;

  private SwigluCode(Isa isa) {
    this.code = new VectorAssembler(isa);
    this.loop = new ElementLoop(code);
    this.exponential = new ExponentialCode(code, R9);
  }

  static MachineCode forward(Isa isa) {
    SwigluCode swiglu = new SwigluCode(isa);
    return swiglu.function(swiglu::output);
  }

  static MachineCode backward(Isa isa) {
    SwigluCode swiglu = new SwigluCode(isa);
    return swiglu.function(swiglu::gradients);
  }

  private MachineCode function(Runnable body) {
    code.mov(RSI, number(GATE));
    code.mov(RDX, number(UP));
    code.mov(R8, number(OUT));
    code.mov(RCX, number(D_GATE));
    code.mov(R10, number(D_UP));
    code.mov(R9, number(CONSTANTS));
    code.broadcast(ONES, number(ONE));
    loop.repeat(body);
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }

  /** Sets vector 0 to {@code 1 + exp(-gate)}. */
  private void denominator() {
    loop.load(GATES, RSI);
    code.zero(0);
    code.subtract(0, 0, GATES);
    exponential.replace();
    code.add(0, 0, ONES);
  }

  private void output() {
    denominator();
    code.divide(0, GATES, 0);
    loop.load(1, RDX);
    code.multiply(0, 0, 1);
    loop.store(R8, 0);
  }

  /** The silu of a gate x with the sigmoid s has the slope s (1 + x (1 - s)). */
  private void gradients() {
    int sigmoid = 0;
    int rest = 1;
    int slope = 2;
    int dOut = 3;
    int result = 4;
    denominator();
    code.divide(sigmoid, ONES, 0);
    code.subtract(rest, ONES, sigmoid);
    code.move(slope, ONES);
    code.multiplyAdd(slope, rest, GATES);
    code.multiply(slope, slope, sigmoid);
    loop.load(dOut, R8);
    loop.load(result, RDX);
    code.multiply(result, dOut, result);
    code.multiply(result, result, slope);
    code.multiply(sigmoid, GATES, sigmoid);
    code.multiply(sigmoid, dOut, sigmoid);
    loop.store(RCX, result);
    loop.store(R10, sigmoid);
  }
}
