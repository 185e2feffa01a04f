package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;

/** Loops in machine code. */
final class GeneratedGeluLoops implements GeluLoops {
  private final Isa isa;
  private final MachineCode gelu;
  private final MachineCode geluGrad;

  /** Generates both loops. */
  GeneratedGeluLoops(Isa isa) {
    this.isa = isa;
    this.gelu = GeluCode.forward(isa);
    this.geluGrad = GeluCode.backward(isa);
  }

  @Override
  public void gelu(long out, long x, int n) {
    run(gelu, out, 0, x, n);
  }

  @Override
  public void geluGrad(long dx, long dy, long x, long y, int n) {
    run(geluGrad, dx, dy, x, n);
  }

  private void run(MachineCode code, long out, long dy, long x, int n) {
    Parameters p = Parameters.ofThread();
    p.set(GeluCode.OUT, out);
    p.set(GeluCode.D_OUT, dy);
    p.set(GeluCode.X, x);
    GeluCode.setConstants(p);
    ElementLoop.setLength(p, isa, n);
    code.call(p.address());
  }
}
