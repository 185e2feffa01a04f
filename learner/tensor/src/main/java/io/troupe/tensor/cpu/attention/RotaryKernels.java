package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.cpu.machinecode.Isa;

/** Rotation of the heads of a row. All kernels give the same bits. */
sealed interface RotaryKernels permits GeneratedRotary, VectorRotary {
  /** The kernels of this machine. */
  RotaryKernels BEST =
      Isa.ofMachine().<RotaryKernels>map(GeneratedRotary::new).orElseGet(VectorRotary::new);

  /**
   * Heads that are stored one after another.
   *
   * @param out address of the results, which may be {@code x}
   * @param x address of the operands
   * @param half number of pairs of dimensions
   * @param count number of heads
   */
  record Heads(long out, long x, int headDim, int half, int count) {}

  /**
   * Rotates the pairs of dimensions (i, i + half) of each head.
   *
   * @param cos cosine of each pair's angle
   * @param sin sine of each pair's angle
   * @param inverse rotate by the negative angle
   */
  void rotate(Heads heads, long cos, long sin, boolean inverse);
}
