package io.troupe.tensor.cpu.norms;

import static io.troupe.tensor.memory.Memory.getDouble;
import static io.troupe.tensor.memory.Memory.setDouble;

/** Runs of doubles: plain, the reference of gradient checks. */
final class Float64Channels extends RunByRun {
  @Override
  double sum(long x, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += getDouble(x + 8L * i);
    }
    return sum;
  }

  @Override
  double squares(long x, double mean, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double d = getDouble(x + 8L * i) - mean;
      sum += d * d;
    }
    return sum;
  }

  @Override
  double dot(long dy, long x, double mean, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += getDouble(dy + 8L * i) * (getDouble(x + 8L * i) - mean);
    }
    return sum;
  }

  @Override
  void apply(long out, long x, double mean, double scale, double shift, int n) {
    for (int i = 0; i < n; i++) {
      setDouble(out + 8L * i, (getDouble(x + 8L * i) - mean) * scale + shift);
    }
  }

  @Override
  void grad(
      long dx, long dy, long x, double mean, double scale, double shift, double slope, int n) {
    for (int i = 0; i < n; i++) {
      double d = getDouble(x + 8L * i) - mean;
      setDouble(dx + 8L * i, getDouble(dy + 8L * i) * scale - shift - d * slope);
    }
  }

  @Override
  public double get(long address, long index, double otherwise) {
    return address == 0 ? otherwise : getDouble(address + 8 * index);
  }

  @Override
  public void set(long address, long index, double value) {
    setDouble(address + 8 * index, value);
  }
}
