package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/**
 * One call of rotary position embedding: pairs of dimensions (i, i + half) are rotated by an angle.
 */
final class Rotary {
  /** Rows of a part: enough to pay for waking a thread. */
  private static final int ROWS_PER_PART = 32;

  private final long out;
  private final long x;
  private final long cos;
  private final long sin;
  private final long positions;
  private final int rows;
  private final int heads;
  private final int headDim;
  private final int half;
  private final boolean inverse;

  Rotary(Tensor out, Tensor x, Tensor cos, Tensor sin, Tensor positions, boolean inverse) {
    this.out = out.address();
    this.x = x.address();
    this.cos = cos.address();
    this.sin = sin.address();
    this.positions = positions.address();
    this.rows = x.size(0);
    this.heads = x.size(1);
    this.headDim = x.size(2);
    this.half = cos.size(1);
    this.inverse = inverse;
  }

  void turnFloats(ComputePool pool) {
    RotaryRows rotation = new RotaryRows(cos, sin, positions, half, headDim);
    pool.run(
        (rows + ROWS_PER_PART - 1) / ROWS_PER_PART,
        part -> {
          int end = Math.min(rows, (part + 1) * ROWS_PER_PART);
          for (int row = part * ROWS_PER_PART; row < end; row++) {
            long offset = (long) row * heads * headDim * Float.BYTES;
            rotation.rotate(out + offset, x + offset, row, heads, inverse);
          }
        });
  }

  void turnDoubles(ComputePool pool) {
    pool.run(
        rows,
        row -> {
          long angles = (long) Memory.getInt(positions + 4L * row) * half * Double.BYTES;
          for (int head = 0; head < heads; head++) {
            turnDoubles(((long) row * heads + head) * headDim * Double.BYTES, angles);
          }
        });
  }

  private void turnDoubles(long offset, long angles) {
    for (int i = 0; i < half; i++) {
      double c = Memory.getDouble(cos + angles + 8L * i);
      double s = Memory.getDouble(sin + angles + 8L * i) * (inverse ? -1 : 1);
      double a = Memory.getDouble(x + offset + 8L * i);
      double b = Memory.getDouble(x + offset + 8L * (half + i));
      Memory.setDouble(out + offset + 8L * i, a * c - b * s);
      Memory.setDouble(out + offset + 8L * (half + i), b * c + a * s);
    }
    for (int i = 2 * half; i < headDim; i++) {
      Memory.setDouble(out + offset + 8L * i, Memory.getDouble(x + offset + 8L * i));
    }
  }
}
