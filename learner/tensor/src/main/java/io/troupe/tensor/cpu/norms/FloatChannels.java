package io.troupe.tensor.cpu.norms;

import io.troupe.tensor.cpu.vectors.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Runs of floats, a vector at a time. Sums are kept in single precision over {@link #CHUNK}
 * elements and in double precision from there on.
 */
final class FloatChannels extends RunByRun implements FloatElements {
  static final int CHUNK = 4096;

  @Override
  double sum(long x, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += CHUNK) {
      sum += sumChunk(x + 4L * from, Math.min(CHUNK, n - from));
    }
    return sum;
  }

  private static float sumChunk(long x, int n) {
    FloatVector s0 = Lanes.all(0f);
    FloatVector s1 = s0;
    int i = 0;
    for (; i <= n - 2 * Lanes.COUNT; i += 2 * Lanes.COUNT) {
      s0 = s0.add(Lanes.load(x + 4L * i));
      s1 = s1.add(Lanes.load(x + 4L * i + 4L * Lanes.COUNT));
    }
    for (; i <= n - Lanes.COUNT; i += Lanes.COUNT) {
      s0 = s0.add(Lanes.load(x + 4L * i));
    }
    if (i < n) {
      s1 = s1.add(Lanes.load(x + 4L * i, Lanes.first(n - i)));
    }
    return Lanes.sum(s0.add(s1));
  }

  @Override
  double squares(long x, double mean, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += CHUNK) {
      int length = Math.min(CHUNK, n - from);
      sum += VectorNorms.meanSquare(x + 4L * from, (float) mean, length) * length;
    }
    return sum;
  }

  @Override
  double dot(long dy, long x, double mean, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += CHUNK) {
      sum += dotChunk(dy + 4L * from, x + 4L * from, (float) mean, Math.min(CHUNK, n - from));
    }
    return sum;
  }

  private static float dotChunk(long dy, long x, float mean, int n) {
    FloatVector m = Lanes.all(mean);
    FloatVector s0 = Lanes.all(0f);
    FloatVector s1 = s0;
    int i = 0;
    for (; i <= n - 2 * Lanes.COUNT; i += 2 * Lanes.COUNT) {
      long at = 4L * i;
      long next = at + 4L * Lanes.COUNT;
      s0 = Lanes.load(x + at).sub(m).fma(Lanes.load(dy + at), s0);
      s1 = Lanes.load(x + next).sub(m).fma(Lanes.load(dy + next), s1);
    }
    for (; i <= n - Lanes.COUNT; i += Lanes.COUNT) {
      s0 = Lanes.load(x + 4L * i).sub(m).fma(Lanes.load(dy + 4L * i), s0);
    }
    if (i < n) {
      VectorMask<Float> rest = Lanes.first(n - i);
      // the gradient is 0 in the lanes beyond the end
      s1 = Lanes.load(x + 4L * i, rest).sub(m).fma(Lanes.load(dy + 4L * i, rest), s1);
    }
    return Lanes.sum(s0.add(s1));
  }

  @Override
  void apply(long out, long x, double mean, double scale, double shift, int n) {
    FloatVector m = Lanes.all((float) mean);
    FloatVector a = Lanes.all((float) scale);
    FloatVector b = Lanes.all((float) shift);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(x + 4L * i).sub(m).fma(a, b), out + 4L * i);
    }
    if (whole < n) {
      VectorMask<Float> rest = Lanes.first(n - whole);
      Lanes.store(Lanes.load(x + 4L * whole, rest).sub(m).fma(a, b), out + 4L * whole, rest);
    }
  }

  @Override
  void grad(
      long dx, long dy, long x, double mean, double scale, double shift, double slope, int n) {
    FloatVector m = Lanes.all((float) mean);
    FloatVector a = Lanes.all((float) scale);
    FloatVector b = Lanes.all((float) -shift);
    FloatVector c = Lanes.all((float) -slope);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(x + 4L * i).sub(m);
      Lanes.store(Lanes.load(dy + 4L * i).fma(a, d.fma(c, b)), dx + 4L * i);
    }
    if (whole < n) {
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector d = Lanes.load(x + 4L * whole, rest).sub(m);
      Lanes.store(Lanes.load(dy + 4L * whole, rest).fma(a, d.fma(c, b)), dx + 4L * whole, rest);
    }
  }
}
