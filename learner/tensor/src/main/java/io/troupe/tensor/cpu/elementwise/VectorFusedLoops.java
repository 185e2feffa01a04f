package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Loops with the Vector API. */
final class VectorFusedLoops implements FusedLoops {
  private static final int BLOCK = 1024;

  @Override
  public void addScaled(long target, long a, float factor, int n) {
    int whole = Lanes.whole(n);
    FloatVector f = Lanes.all(factor);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector sum = Lanes.load(a + 4L * i).fma(f, Lanes.load(target + 4L * i));
      Lanes.store(sum, target + 4L * i);
    }
    if (whole < n) {
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector before = Lanes.load(target + 4L * whole, rest);
      Lanes.store(Lanes.load(a + 4L * whole, rest).fma(f, before), target + 4L * whole, rest);
    }
  }

  @Override
  public void swiglu(long out, long gate, long up, int n) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector g = Lanes.load(gate + 4L * i);
      FloatVector silu = g.div(VectorMath.exp(g.neg()).add(1f));
      Lanes.store(silu.mul(Lanes.load(up + 4L * i)), out + 4L * i);
    }
    for (int i = whole; i < n; i++) {
      float g = Memory.getFloat(gate + 4L * i);
      float silu = g / (VectorMath.exp(-g) + 1f);
      Memory.setFloat(out + 4L * i, silu * Memory.getFloat(up + 4L * i));
    }
  }

  /**
   * Two short passes over a block that stays in the nearest cache: one loop with the exponential
   * and all operands would exceed the compiler's limits.
   */
  @Override
  public void swigluGrad(long dGate, long dUp, long dOut, long gate, long up, int n) {
    int whole = Lanes.whole(n);
    long sigmoids = Scratch.ofThread().reserve(4L * BLOCK);
    for (int from = 0; from < whole; from += BLOCK) {
      int length = Math.min(BLOCK, whole - from);
      long at = 4L * from;
      sigmoid(sigmoids, gate + at, length);
      swigluGrad(dGate + at, dUp + at, dOut + at, gate + at, up + at, sigmoids, length);
    }
    for (int i = whole; i < n; i++) {
      float d = Memory.getFloat(dOut + 4L * i);
      float g = Memory.getFloat(gate + 4L * i);
      float s = VectorMath.sigmoid(g);
      float slope = Math.fma(1f - s, g, 1f) * s;
      float u = Memory.getFloat(up + 4L * i);
      Memory.setFloat(dGate + 4L * i, d * u * slope);
      Memory.setFloat(dUp + 4L * i, d * (g * s));
    }
  }

  private static void sigmoid(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      Lanes.store(VectorMath.sigmoid(Lanes.load(a + 4L * i)), out + 4L * i);
    }
  }

  /** Whole vectors, given the sigmoid of the gate; its silu has the slope s (1 + x (1 - s)). */
  private static void swigluGrad(
      long dGate, long dUp, long dOut, long gate, long up, long sigmoids, int n) {
    FloatVector one = Lanes.all(1f);
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dOut + 4L * i);
      FloatVector g = Lanes.load(gate + 4L * i);
      FloatVector s = Lanes.load(sigmoids + 4L * i);
      FloatVector slope = s.neg().add(1f).fma(g, one).mul(s);
      Lanes.store(d.mul(Lanes.load(up + 4L * i)).mul(slope), dGate + 4L * i);
      Lanes.store(d.mul(g.mul(s)), dUp + 4L * i);
    }
  }
}
