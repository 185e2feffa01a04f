package io.troupe.tensor.cpu.pooling;

import static io.troupe.tensor.memory.Memory.getDouble;
import static io.troupe.tensor.memory.Memory.getFloat;

import io.troupe.tensor.backend.PoolSpans;
import io.troupe.tensor.memory.Memory;

/** Max pooling of one plane: the largest element of each window and its index. */
final class MaxPlanes {
  private MaxPlanes() {}

  static void plane32(
      long out, long indices, long x, int width, PoolSpans rows, PoolSpans columns) {
    int o = 0;
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < columns.size(); j++) {
        int best = rows.from()[i] * width + columns.from()[j];
        float max = Float.NEGATIVE_INFINITY;
        for (int r = rows.from()[i]; r < rows.to()[i]; r += rows.step()) {
          for (int c = columns.from()[j]; c < columns.to()[j]; c += columns.step()) {
            float value = getFloat(x + 4L * (r * width + c));
            if (value > max || Float.isNaN(value)) {
              max = value;
              best = r * width + c;
            }
          }
        }
        Memory.setFloat(out + 4L * o, max);
        Memory.setInt(indices + 4L * o++, best);
      }
    }
  }

  static void plane64(
      long out, long indices, long x, int width, PoolSpans rows, PoolSpans columns) {
    int o = 0;
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < columns.size(); j++) {
        int best = rows.from()[i] * width + columns.from()[j];
        double max = Double.NEGATIVE_INFINITY;
        for (int r = rows.from()[i]; r < rows.to()[i]; r += rows.step()) {
          for (int c = columns.from()[j]; c < columns.to()[j]; c += columns.step()) {
            double value = getDouble(x + 8L * (r * width + c));
            if (value > max || Double.isNaN(value)) {
              max = value;
              best = r * width + c;
            }
          }
        }
        Memory.setDouble(out + 8L * o, max);
        Memory.setInt(indices + 4L * o++, best);
      }
    }
  }
}
