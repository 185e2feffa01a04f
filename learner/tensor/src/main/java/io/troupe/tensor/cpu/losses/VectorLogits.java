package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;

/** Loops that the JIT compiler translates, where no machine code is generated. */
final class VectorLogits implements LogitLoops {
  @Override
  public float max(long x, int n) {
    return SumLoops.max(x, n);
  }

  @Override
  public Sums sumOfExp(long x, float max, float invTemperature, int n) {
    FloatVector highest = Lanes.all(max);
    FloatVector inv = Lanes.all(invTemperature);
    FloatVector exp = Lanes.all(0f);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      exp = exp.add(VectorMath.exp(Lanes.load(x + 4L * i).sub(highest).mul(inv)));
    }
    return new Sums(Lanes.sum(exp), 0, 0);
  }

  @Override
  public Sums sums(long x, float max, float invTemperature, int n) {
    int whole = Lanes.whole(n);
    long exponentials = Scratch.ofThread().reserve(4L * SumLoops.BLOCK);
    storeExp(exponentials, x, max, invTemperature, whole);
    FloatVector highest = Lanes.all(max);
    FloatVector inv = Lanes.all(invTemperature);
    FloatVector lowest = Lanes.all(LOWEST);
    FloatVector exp = Lanes.all(0f);
    FloatVector product = exp;
    FloatVector sum = exp;
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(x + 4L * i).sub(highest).mul(inv);
      FloatVector e = Lanes.load(exponentials + 4L * i);
      exp = exp.add(e);
      product = e.fma(d.max(lowest), product);
      sum = sum.add(d);
    }
    return new Sums(Lanes.sum(exp), Lanes.sum(product), Lanes.sum(sum));
  }

  /** A separate pass: one loop with the sums would exceed the compiler's limits. */
  private static void storeExp(long out, long x, float max, float invTemperature, int whole) {
    FloatVector highest = Lanes.all(max);
    FloatVector inv = Lanes.all(invTemperature);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(x + 4L * i).sub(highest).mul(inv);
      Lanes.store(VectorMath.exp(d), out + 4L * i);
    }
  }

  @Override
  public void grad(
      long dx, long x, float lse, float invTemperature, float factor, float shift, int n) {
    FloatVector inv = Lanes.all(invTemperature);
    FloatVector minusLse = Lanes.all(-lse);
    FloatVector factors = Lanes.all(factor);
    FloatVector shifts = Lanes.all(shift);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector p = VectorMath.exp(Lanes.load(x + 4L * i).fma(inv, minusLse));
      Lanes.store(p.fma(factors, shifts), dx + 4L * i);
    }
    for (int i = whole; i < n; i++) {
      float p = VectorMath.exp(Math.fma(Memory.getFloat(x + 4L * i), invTemperature, -lse));
      Memory.setFloat(dx + 4L * i, Math.fma(p, factor, shift));
    }
  }
}
