package io.troupe.tensor.cpu.pooling;

import static io.troupe.tensor.memory.Memory.getDouble;
import static io.troupe.tensor.memory.Memory.getFloat;

import io.troupe.tensor.backend.Resampling;
import io.troupe.tensor.memory.Memory;
import java.util.Arrays;

/** Maps one plane along both axes: each output row is first a sum of input rows. */
final class ResampledPlanes {
  private ResampledPlanes() {}

  /**
   * Maps a plane.
   *
   * @param row room for one input row
   */
  static void plane32(long out, long x, double[] row, Resampling rows, Resampling columns) {
    for (int i = 0; i < rows.size(); i++) {
      Arrays.fill(row, 0);
      double[] weights = rows.weights()[i];
      for (int r = 0; r < weights.length; r++) {
        long from = x + 4L * (rows.from()[i] + r) * row.length;
        for (int c = 0; c < row.length; c++) {
          row[c] += weights[r] * getFloat(from + 4L * c);
        }
      }
      for (int j = 0; j < columns.size(); j++) {
        long at = out + 4L * (i * columns.size() + j);
        Memory.setFloat(at, (float) weighted(row, columns.from()[j], columns.weights()[j]));
      }
    }
  }

  static void plane64(long out, long x, double[] row, Resampling rows, Resampling columns) {
    for (int i = 0; i < rows.size(); i++) {
      Arrays.fill(row, 0);
      double[] weights = rows.weights()[i];
      for (int r = 0; r < weights.length; r++) {
        long from = x + 8L * (rows.from()[i] + r) * row.length;
        for (int c = 0; c < row.length; c++) {
          row[c] += weights[r] * getDouble(from + 8L * c);
        }
      }
      for (int j = 0; j < columns.size(); j++) {
        long at = out + 8L * (i * columns.size() + j);
        Memory.setDouble(at, weighted(row, columns.from()[j], columns.weights()[j]));
      }
    }
  }

  private static double weighted(double[] row, int from, double[] weights) {
    double sum = 0;
    for (int c = 0; c < weights.length; c++) {
      sum += weights[c] * row[from + c];
    }
    return sum;
  }
}
