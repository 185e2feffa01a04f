package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.vectors.ExponentialCode;

/** Loops in machine code. */
final class GeneratedFusedLoops implements FusedLoops {
  private final Isa isa;
  private final MachineCode addScaled;
  private final MachineCode swiglu;
  private final MachineCode swigluGrad;

  /** Generates all loops. */
  GeneratedFusedLoops(Isa isa) {
    this.isa = isa;
    this.addScaled = AddScaledCode.generate(isa);
    this.swiglu = SwigluCode.forward(isa);
    this.swigluGrad = SwigluCode.backward(isa);
  }

  @Override
  public void addScaled(long target, long a, float factor, int n) {
    Parameters p = Parameters.ofThread();
    p.set(AddScaledCode.TARGET, target);
    p.set(AddScaledCode.A, a);
    p.setFloat(AddScaledCode.FACTOR, factor);
    ElementLoop.setLength(p, isa, n);
    addScaled.call(p.address());
  }

  @Override
  public void swiglu(long out, long gate, long up, int n) {
    Parameters p = Parameters.ofThread();
    p.set(SwigluCode.OUT, out);
    setOperands(p, gate, up, n);
    swiglu.call(p.address());
  }

  @Override
  public void swigluGrad(long dGate, long dUp, long dOut, long gate, long up, int n) {
    Parameters p = Parameters.ofThread();
    p.set(SwigluCode.D_GATE, dGate);
    p.set(SwigluCode.D_UP, dUp);
    p.set(SwigluCode.D_OUT, dOut);
    setOperands(p, gate, up, n);
    swigluGrad.call(p.address());
  }

  private void setOperands(Parameters p, long gate, long up, int n) {
    p.set(SwigluCode.GATE, gate);
    p.set(SwigluCode.UP, up);
    p.set(SwigluCode.CONSTANTS, ExponentialCode.CONSTANTS);
    p.setFloat(SwigluCode.ONE, 1);
    ElementLoop.setLength(p, isa, n);
  }
}
