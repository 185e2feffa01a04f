package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.Memory;

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
   * Rotates heads of a row that are stored one after another.
   *
   * @param out may be {@code x}
   * @param count number of heads
   * @param inverse rotate by the negative angle
   */
  void rotate(long out, long x, int row, int count, boolean inverse) {
    long angles = (long) Memory.getInt(positions + 4L * row) * half * Float.BYTES;
    RotaryKernels.BEST.rotate(
        new RotaryKernels.Heads(out, x, headDim, half, count), cos + angles, sin + angles, inverse);
    if (out != x && 2 * half < headDim) {
      for (int head = 0; head < count; head++) {
        long rest = 4L * (head * headDim + 2 * half);
        Memory.copy(out + rest, x + rest, 4L * (headDim - 2 * half));
      }
    }
  }
}
