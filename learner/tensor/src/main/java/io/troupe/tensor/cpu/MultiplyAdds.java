package io.troupe.tensor.cpu;

import io.troupe.tensor.cpu.vectors.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Multiply-adds in registers, without memory traffic: the arithmetic limit that benchmarks are
 * compared with. The same work takes the same time in every run, so its variation is the noise of
 * the machine.
 */
public final class MultiplyAdds {
  /** Independent chains: enough to keep two multiply-add units busy, in sixteen registers. */
  private static final int CHAINS = 12;

  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;

  private MultiplyAdds() {}

  /** Bits of the vectors that kernels use. */
  public static int vectorBits() {
    return SPECIES.vectorBitSize();
  }

  /** Floating-point operations of {@link #run}. */
  public static long flops(int steps) {
    return 2L * CHAINS * SPECIES.length() * steps;
  }

  /**
   * Computes on the calling thread.
   *
   * @param steps multiply-adds of each chain
   * @return a value that depends on all of them
   */
  public static float run(int steps) {
    FloatVector a = FloatVector.broadcast(SPECIES, 1.0000001f);
    FloatVector b = FloatVector.broadcast(SPECIES, 1e-7f);
    FloatVector s0 = a;
    FloatVector s1 = a;
    FloatVector s2 = a;
    FloatVector s3 = a;
    FloatVector s4 = a;
    FloatVector s5 = a;
    FloatVector s6 = a;
    FloatVector s7 = a;
    FloatVector s8 = a;
    FloatVector s9 = a;
    FloatVector s10 = a;
    FloatVector s11 = a;
    for (int i = 0; i < steps; i++) {
      s0 = s0.fma(a, b);
      s1 = s1.fma(a, b);
      s2 = s2.fma(a, b);
      s3 = s3.fma(a, b);
      s4 = s4.fma(a, b);
      s5 = s5.fma(a, b);
      s6 = s6.fma(a, b);
      s7 = s7.fma(a, b);
      s8 = s8.fma(a, b);
      s9 = s9.fma(a, b);
      s10 = s10.fma(a, b);
      s11 = s11.fma(a, b);
    }
    FloatVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
    return sum.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).reduceLanes(VectorOperators.ADD);
  }
}
