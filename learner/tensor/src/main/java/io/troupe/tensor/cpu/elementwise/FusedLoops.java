package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.cpu.machinecode.Isa;

/** Element-wise loops over floats that fuse several operations. All give the same bits. */
public sealed interface FusedLoops permits GeneratedFusedLoops, VectorFusedLoops {
  /** The loops of this machine. */
  FusedLoops BEST =
      Isa.ofMachine().<FusedLoops>map(GeneratedFusedLoops::new).orElseGet(VectorFusedLoops::new);

  /** {@code target += factor * a}. */
  void addScaled(long target, long a, float factor, int n);

  /** {@code out = silu(gate) * up}. */
  void swiglu(long out, long gate, long up, int n);

  /** The gradients of {@link #swiglu}. They may overwrite their operands. */
  void swigluGrad(long dGate, long dUp, long dOut, long gate, long up, int n);
}
