package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.cpu.machinecode.Isa;

/** GELU with the normal distribution, and its gradient, over floats. All give the same bits. */
public sealed interface GeluLoops permits GeneratedGeluLoops, VectorGeluLoops {
  /** The loops of this machine. */
  GeluLoops BEST =
      Isa.ofMachine().<GeluLoops>map(GeneratedGeluLoops::new).orElseGet(VectorGeluLoops::new);

  /** {@code out = x Phi(x)}, whole vectors. */
  void gelu(long out, long x, int n);

  /**
   * {@code dx = dy (Phi(x) + x phi(x))} with the normal distribution and its density, whole
   * vectors.
   *
   * @param y the result, which is not read
   */
  void geluGrad(long dx, long dy, long x, long y, int n);
}
