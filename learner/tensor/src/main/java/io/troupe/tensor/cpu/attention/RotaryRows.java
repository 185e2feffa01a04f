package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Rotary position embedding of single heads: pairs of dimensions (i, i + half) are rotated by an
 * angle.
 *
 * @param cos address of a table of cosines with {@code half} columns
 * @param sin address of the sines
 * @param positions address of the row of the tables that each row uses, INT32
 */
record RotaryRows(long cos, long sin, long positions, int half, int headDim) {

  static RotaryRows of(Tensor cos, Tensor sin, Tensor positions, int headDim) {
    return new RotaryRows(cos.address(), sin.address(), positions.address(), cos.size(1), headDim);
  }

  /**
   * Rotates one head of a row.
   *
   * @param out may be {@code x}
   * @param inverse rotate by the negative angle
   */
  void rotate(long out, long x, int row, boolean inverse) {
    long angles = (long) Memory.getInt(positions + 4L * row) * half * Float.BYTES;
    long second = 4L * half;
    int whole = Lanes.whole(half);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = 4L * i;
      FloatVector c = Lanes.load(cos + angles + at);
      FloatVector s = Lanes.load(sin + angles + at);
      s = inverse ? s.neg() : s;
      FloatVector a = Lanes.load(x + at);
      FloatVector b = Lanes.load(x + second + at);
      Lanes.store(a.mul(c).sub(b.mul(s)), out + at);
      Lanes.store(b.mul(c).add(a.mul(s)), out + second + at);
    }
    if (whole < half) {
      rotateRest(out, x, angles, whole, inverse);
    }
    if (out != x && 2 * half < headDim) {
      Memory.copy(out + 2 * second, x + 2 * second, 4L * (headDim - 2 * half));
    }
  }

  private void rotateRest(long out, long x, long angles, int from, boolean inverse) {
    VectorMask<Float> lanes = Lanes.first(half - from);
    long at = 4L * from;
    long second = 4L * half + at;
    FloatVector c = Lanes.load(cos + angles + at, lanes);
    FloatVector s = Lanes.load(sin + angles + at, lanes);
    s = inverse ? s.neg() : s;
    FloatVector a = Lanes.load(x + at, lanes);
    FloatVector b = Lanes.load(x + second, lanes);
    Lanes.store(a.mul(c).sub(b.mul(s)), out + at, lanes);
    Lanes.store(b.mul(c).add(a.mul(s)), out + second, lanes);
  }
}
