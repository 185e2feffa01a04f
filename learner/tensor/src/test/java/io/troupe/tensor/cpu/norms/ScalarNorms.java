package io.troupe.tensor.cpu.norms;

import io.troupe.tensor.memory.Memory;

/**
 * Rows one element at a time: what {@link NormKernels} compute with vectors of a number of lanes.
 */
record ScalarNorms(int lanes) {
  void normalize(NormRows rows, double eps, int count) {
    int n = rows.n();
    for (int r = 0; r < count; r++) {
      NormRows row = rows.from(r);
      float mean = row.mean() == 0 ? 0 : Memory.getFloat(row.mean());
      float rstd = (float) (1 / Math.sqrt(sumOfSquares(row.x(), mean, n) / (double) n + eps));
      Memory.setFloat(row.rstd(), rstd);
      for (int i = 0; i < n; i++) {
        float normal = (get(row.x(), i) - mean) * rstd;
        float bias = row.bias() == 0 ? 0 : get(row.bias(), i);
        Memory.setFloat(row.out() + 4L * i, Math.fma(normal, get(row.weight(), i), bias));
      }
    }
  }

  /** Vectors are added to two sums in turn, a single one to the first, the rest to the second. */
  private float sumOfSquares(long x, float mean, int n) {
    float[][] sums = new float[2][lanes];
    int whole = n / lanes;
    for (int i = 0; i < n; i++) {
      int vector = i / lanes;
      float d = get(x, i) - mean;
      if (vector == whole) {
        sums[1][i % lanes] += d * d;
      } else {
        float[] sum = sums[vector == whole - 1 && whole % 2 == 1 ? 0 : vector % 2];
        sum[i % lanes] = Math.fma(d, d, sum[i % lanes]);
      }
    }
    for (int lane = 0; lane < lanes; lane++) {
      sums[0][lane] += sums[1][lane];
    }
    return fold(sums[0]);
  }

  void grad(NormGradRows rows, int count, long dWeight, long dBias) {
    for (int r = 0; r < count; r++) {
      NormGradRows row = rows.from(r);
      float mean = row.mean() == 0 ? 0 : Memory.getFloat(row.mean());
      float rstd = Memory.getFloat(row.rstd());
      for (int i = 0; i < row.n(); i++) {
        float normal = (get(row.x(), i) - mean) * rstd;
        float dy = get(row.dy(), i);
        if (dWeight != 0) {
          Memory.setFloat(dWeight + 4L * i, Math.fma(normal, dy, get(dWeight, i)));
        }
        if (dBias != 0) {
          Memory.setFloat(dBias + 4L * i, get(dBias, i) + dy);
        }
      }
      if (row.dx() != 0) {
        gradOfX(row, mean, rstd);
      }
    }
  }

  private void gradOfX(NormGradRows row, float mean, float rstd) {
    int n = row.n();
    float[] sums = new float[lanes];
    float[] dots = new float[lanes];
    for (int i = 0; i < n; i++) {
      float g = get(row.dy(), i) * get(row.weight(), i);
      sums[i % lanes] += g;
      dots[i % lanes] = Math.fma(g, get(row.x(), i) - mean, dots[i % lanes]);
    }
    float meanG = row.mean() == 0 ? 0 : fold(sums) / n;
    float slope = fold(dots) * rstd * rstd / n;
    for (int i = 0; i < n; i++) {
      float g = get(row.dy(), i) * get(row.weight(), i) - meanG;
      float result = (g - (get(row.x(), i) - mean) * slope) * rstd;
      float before = row.accumulate() ? get(row.dx(), i) : 0;
      Memory.setFloat(row.dx() + 4L * i, row.accumulate() ? before + result : result);
    }
  }

  private static float fold(float[] sums) {
    for (int half = sums.length / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return sums[0];
  }

  private static float get(long address, long index) {
    return Memory.getFloat(address + 4 * index);
  }
}
