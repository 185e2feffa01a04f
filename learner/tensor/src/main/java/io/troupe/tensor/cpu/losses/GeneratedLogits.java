package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.vectors.ExponentialCode;
import io.troupe.tensor.memory.Memory;

/** Loops in machine code. */
final class GeneratedLogits implements LogitLoops {
  private final Isa isa;
  private final MachineCode max;
  private final MachineCode sumOfExp;
  private final MachineCode sums;
  private final MachineCode grad;

  /** Generates all loops. */
  GeneratedLogits(Isa isa) {
    this.isa = isa;
    this.max = LogitCode.max(isa);
    this.sumOfExp = LogitCode.sumOfExp(isa);
    this.sums = LogitCode.sums(isa);
    this.grad = LogitCode.grad(isa);
  }

  @Override
  public float max(long x, int n) {
    Parameters p = parameters(x, whole(n));
    p.setFloat(LogitCode.MAX, Float.NEGATIVE_INFINITY);
    max.call(p.address());
    float highest = p.getFloat(LogitCode.MAX);
    for (int i = whole(n); i < n; i++) {
      highest = Math.max(highest, Memory.getFloat(x + 4L * i));
    }
    return highest;
  }

  @Override
  public Sums sumOfExp(long x, float max, float invTemperature, int n) {
    Parameters p = parameters(x, whole(n));
    p.setFloat(LogitCode.MAX, max);
    p.setFloat(LogitCode.INV_TEMPERATURE, invTemperature);
    sumOfExp.call(p.address());
    return new Sums(p.getFloat(LogitCode.SUM_OF_EXP), 0, 0);
  }

  @Override
  public Sums sums(long x, float max, float invTemperature, int n) {
    Parameters p = parameters(x, whole(n));
    p.setFloat(LogitCode.MAX, max);
    p.setFloat(LogitCode.INV_TEMPERATURE, invTemperature);
    p.setFloat(LogitCode.LOWEST, LOWEST);
    sums.call(p.address());
    return new Sums(
        p.getFloat(LogitCode.SUM_OF_EXP),
        p.getFloat(LogitCode.SUM_OF_PRODUCTS),
        p.getFloat(LogitCode.SUM_OF_D));
  }

  @Override
  public void grad(
      long dx, long x, float lse, float invTemperature, float factor, float shift, int n) {
    Parameters p = parameters(x, n);
    p.set(LogitCode.DX, dx);
    p.setFloat(LogitCode.MINUS_LSE, -lse);
    p.setFloat(LogitCode.INV_TEMPERATURE, invTemperature);
    p.setFloat(LogitCode.FACTOR, factor);
    p.setFloat(LogitCode.SHIFT, shift);
    grad.call(p.address());
  }

  private Parameters parameters(long x, int n) {
    Parameters p = Parameters.ofThread();
    p.set(LogitCode.X, x);
    p.set(LogitCode.CONSTANTS, ExponentialCode.CONSTANTS);
    ElementLoop.setLength(p, isa, n);
    return p;
  }

  private int whole(int n) {
    return n & -isa.lanes();
  }
}
