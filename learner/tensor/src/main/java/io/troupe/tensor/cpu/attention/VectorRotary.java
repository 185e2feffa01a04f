package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.cpu.vectors.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Rotation with the Vector API. */
final class VectorRotary implements RotaryKernels {
  @Override
  public void rotate(Heads heads, long cos, long sin, boolean inverse) {
    for (int head = 0; head < heads.count(); head++) {
      long offset = 4L * head * heads.headDim();
      rotate(heads.out() + offset, heads.x() + offset, heads.half(), cos, sin, inverse);
    }
  }

  private static void rotate(long out, long x, int half, long cos, long sin, boolean inverse) {
    long second = 4L * half;
    int whole = Lanes.whole(half);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = 4L * i;
      FloatVector c = Lanes.load(cos + at);
      FloatVector s = Lanes.load(sin + at);
      s = inverse ? s.neg() : s;
      FloatVector a = Lanes.load(x + at);
      FloatVector b = Lanes.load(x + second + at);
      Lanes.store(a.mul(c).sub(b.mul(s)), out + at);
      Lanes.store(b.mul(c).add(a.mul(s)), out + second + at);
    }
    if (whole < half) {
      VectorMask<Float> lanes = Lanes.first(half - whole);
      long at = 4L * whole;
      FloatVector c = Lanes.load(cos + at, lanes);
      FloatVector s = Lanes.load(sin + at, lanes);
      s = inverse ? s.neg() : s;
      FloatVector a = Lanes.load(x + at, lanes);
      FloatVector b = Lanes.load(x + second + at, lanes);
      Lanes.store(a.mul(c).sub(b.mul(s)), out + at, lanes);
      Lanes.store(b.mul(c).add(a.mul(s)), out + second + at, lanes);
    }
  }
}
