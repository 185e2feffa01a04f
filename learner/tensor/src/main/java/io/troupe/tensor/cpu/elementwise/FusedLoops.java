package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Element-wise loops over floats that fuse several operations. */
public final class FusedLoops {
  private FusedLoops() {}

  /** {@code target += factor * a}. */
  public static void addScaled(long target, long a, float factor, int n) {
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

  /** {@code out = silu(gate) * up}. */
  public static void swiglu(long out, long gate, long up, int n) {
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

  static void swigluGrad(long dGate, long dUp, long dOut, long gate, long up, int n) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dOut + 4L * i);
      FloatVector g = Lanes.load(gate + 4L * i);
      FloatVector s = VectorMath.sigmoid(g);
      Lanes.store(d.mul(Lanes.load(up + 4L * i)).mul(siluSlope(g, s)), dGate + 4L * i);
      Lanes.store(d.mul(g.mul(s)), dUp + 4L * i);
    }
    for (int i = whole; i < n; i++) {
      float d = Memory.getFloat(dOut + 4L * i);
      float g = Memory.getFloat(gate + 4L * i);
      float s = VectorMath.sigmoid(g);
      float slope = Math.fma(1f - s, g, 1f) * s;
      Memory.setFloat(dGate + 4L * i, d * Memory.getFloat(up + 4L * i) * slope);
      Memory.setFloat(dUp + 4L * i, d * (g * s));
    }
  }

  /** The derivative of silu at x, given its sigmoid: s (1 + x (1 - s)). */
  static FloatVector siluSlope(FloatVector x, FloatVector s) {
    return s.neg().add(1f).fma(x, Lanes.all(1f)).mul(s);
  }
}
