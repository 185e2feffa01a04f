package io.troupe.tensor.cpu.norms;

import static io.troupe.tensor.memory.Memory.getDouble;
import static io.troupe.tensor.memory.Memory.setDouble;

/** Normalization of one row of doubles: plain, the reference of gradient checks. */
final class Float64Norms {
  private Float64Norms() {}

  static double meanSquare(long x, double center, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double d = getDouble(x + 8L * i) - center;
      sum += d * d;
    }
    return sum / n;
  }

  /** {@code out = (x - mean) * rstd * weight + bias}; bias may be 0, which is no address. */
  static void apply(long out, long x, double mean, double rstd, long weight, long bias, int n) {
    for (int i = 0; i < n; i++) {
      double normal = (getDouble(x + 8L * i) - mean) * rstd;
      double b = bias == 0 ? 0 : getDouble(bias + 8L * i);
      setDouble(out + 8L * i, normal * getDouble(weight + 8L * i) + b);
    }
  }

  /** As {@link NormRows#grad}. */
  static void grad(
      long dx,
      boolean accumulate,
      long dy,
      long x,
      double mean,
      double rstd,
      long weight,
      boolean centered,
      int n) {
    double sum = 0;
    double dot = 0;
    for (int i = 0; i < n; i++) {
      double g = getDouble(dy + 8L * i) * getDouble(weight + 8L * i);
      sum += g;
      dot += g * (getDouble(x + 8L * i) - mean) * rstd;
    }
    double meanG = centered ? sum / n : 0;
    for (int i = 0; i < n; i++) {
      double g = getDouble(dy + 8L * i) * getDouble(weight + 8L * i);
      double normal = (getDouble(x + 8L * i) - mean) * rstd;
      double result = rstd * (g - meanG - normal * dot / n);
      setDouble(dx + 8L * i, accumulate ? getDouble(dx + 8L * i) + result : result);
    }
  }

  /** As {@link NormRows#addParameterGrads}. */
  static void addParameterGrads(
      long dWeight, long dBias, long dy, long x, double mean, double rstd, int n) {
    for (int i = 0; i < n; i++) {
      double d = getDouble(dy + 8L * i);
      if (dWeight != 0) {
        double normal = (getDouble(x + 8L * i) - mean) * rstd;
        setDouble(dWeight + 8L * i, getDouble(dWeight + 8L * i) + d * normal);
      }
      if (dBias != 0) {
        setDouble(dBias + 8L * i, getDouble(dBias + 8L * i) + d);
      }
    }
  }
}
