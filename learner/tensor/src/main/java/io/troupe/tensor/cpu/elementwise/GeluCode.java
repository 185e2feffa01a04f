package io.troupe.tensor.cpu.elementwise;

import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.cpu.vectors.ErrorFunctionCode;
import io.troupe.tensor.cpu.vectors.ExponentialCode;

/**
 * Generates GELU with the normal distribution, and its gradient: the bits of {@link
 * VectorGeluLoops}.
 *
 * <p>Registers: RSI the input, RDX the result or the gradient of the input, RCX the gradient of the
 * result, R9 and R8 the constants of the exponential and of the error function. Vector 9 holds
 * elements of the input, 10 the error function, 11 to 13 numbers.
 */
final class GeluCode {
  static final int X = 0;
  static final int OUT = 1;
  static final int D_OUT = 2;

  /** 1 / sqrt(2 pi), the height of the normal density. */
  static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

  static final float SQRT_HALF = (float) Math.sqrt(0.5);

  private static final int OF_EXPONENTIAL = 3;
  private static final int OF_ERROR_FUNCTION = 4;
  private static final int ROOT = 5;
  private static final int HALF = 6;
  private static final int ONE = 7;
  private static final int HEIGHT = 8;
  private static final int MINUS_HALF = 9;

  private static final int ELEMENTS = 9;
  private static final int ERF = 10;
  private static final int ROOTS = 11;
  private static final int HALVES = 12;
  private static final int ONES = 13;

  private final VectorAssembler code;
  private final ElementLoop loop;
  private final ExponentialCode exponential;
  private final ErrorFunctionCode errorFunction;

  private GeluCode(Isa isa) {
    this.code = new VectorAssembler(isa);
    this.loop = new ElementLoop(code);
    this.exponential = new ExponentialCode(code, R9);
    this.errorFunction = new ErrorFunctionCode(code, exponential, R8);
  }

  static MachineCode forward(Isa isa) {
    GeluCode gelu = new GeluCode(isa);
    return gelu.function(gelu::output);
  }

  static MachineCode backward(Isa isa) {
    GeluCode gelu = new GeluCode(isa);
    return gelu.function(gelu::gradient);
  }

  /** Sets the numbers that both functions read. */
  static void setConstants(Parameters p) {
    p.set(OF_EXPONENTIAL, ExponentialCode.CONSTANTS);
    p.set(OF_ERROR_FUNCTION, ErrorFunctionCode.CONSTANTS);
    p.setFloat(ROOT, SQRT_HALF);
    p.setFloat(HALF, 0.5f);
    p.setFloat(ONE, 1);
    p.setFloat(HEIGHT, DENSITY);
    p.setFloat(MINUS_HALF, -0.5f);
  }

  private MachineCode function(Runnable body) {
    code.mov(RSI, number(X));
    code.mov(RDX, number(OUT));
    code.mov(RCX, number(D_OUT));
    code.mov(R9, number(OF_EXPONENTIAL));
    code.mov(R8, number(OF_ERROR_FUNCTION));
    code.broadcast(ROOTS, number(ROOT));
    code.broadcast(HALVES, number(HALF));
    code.broadcast(ONES, number(ONE));
    loop.repeat(body);
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }

  /** Sets vector 0 to {@code 1 + erf(x / sqrt(2))}, twice the distribution. */
  private void distribution() {
    loop.load(ELEMENTS, RSI);
    code.multiply(0, ELEMENTS, ROOTS);
    errorFunction.replace();
    code.add(0, 0, ONES);
  }

  private void output() {
    int half = 1;
    distribution();
    code.multiply(half, ELEMENTS, HALVES);
    code.multiply(0, 0, half);
    loop.store(RDX, 0);
  }

  private void gradient() {
    int other = 1;
    distribution();
    code.move(ERF, 0);
    code.multiply(0, ELEMENTS, ELEMENTS);
    code.broadcast(other, number(MINUS_HALF));
    code.multiply(0, 0, other);
    exponential.replaceNegative();
    code.broadcast(other, number(HEIGHT));
    code.multiply(0, 0, other);
    code.multiply(0, 0, ELEMENTS);
    code.multiplyAdd(0, ERF, HALVES);
    loop.load(other, RCX);
    code.multiply(0, other, 0);
    loop.store(RDX, 0);
  }
}
