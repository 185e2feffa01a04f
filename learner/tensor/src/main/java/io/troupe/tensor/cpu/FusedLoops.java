package io.troupe.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Element-wise loops over floats that take several steps at once. */
final class FusedLoops {
  private FusedLoops() {}

  /** {@code target += factor * a}. */
  static void addScaled(long target, long a, float factor, int n) {
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

  static void swiglu(long out, long gate, long up, int n) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector u = Lanes.load(up + 4L * i);
      Lanes.store(silu(Lanes.load(gate + 4L * i)).mul(u), out + 4L * i);
    }
    if (whole < n) {
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector u = Lanes.load(up + 4L * whole, rest);
      Lanes.store(silu(Lanes.load(gate + 4L * whole, rest)).mul(u), out + 4L * whole, rest);
    }
  }

  private static FloatVector silu(FloatVector x) {
    return x.div(VectorMath.exp(x.neg()).add(1f));
  }

  static void swigluGrad(long dGate, long dUp, long dOut, long gate, long up, int n) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dOut + 4L * i);
      FloatVector g = Lanes.load(gate + 4L * i);
      FloatVector u = Lanes.load(up + 4L * i);
      FloatVector s = VectorMath.sigmoid(g);
      Lanes.store(d.mul(u).mul(siluSlope(g, s)), dGate + 4L * i);
      Lanes.store(d.mul(g.mul(s)), dUp + 4L * i);
    }
    if (whole < n) {
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector d = Lanes.load(dOut + 4L * whole, rest);
      FloatVector g = Lanes.load(gate + 4L * whole, rest);
      FloatVector u = Lanes.load(up + 4L * whole, rest);
      FloatVector s = VectorMath.sigmoid(g);
      Lanes.store(d.mul(u).mul(siluSlope(g, s)), dGate + 4L * whole, rest);
      Lanes.store(d.mul(g.mul(s)), dUp + 4L * whole, rest);
    }
  }

  /** The derivative of silu at x, given its sigmoid: s (1 + x (1 - s)). */
  static FloatVector siluSlope(FloatVector x, FloatVector s) {
    return s.neg().add(1f).fma(x, Lanes.all(1f)).mul(s);
  }
}
