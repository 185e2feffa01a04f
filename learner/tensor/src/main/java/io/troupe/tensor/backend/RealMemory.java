package io.troupe.tensor.backend;

import io.troupe.tensor.DType;
import io.troupe.tensor.memory.Memory;

/**
 * Real numbers in memory, for operations by their definition in double precision.
 *
 * @param dtype FLOAT64, or FLOAT32 for all others
 */
public record RealMemory(DType dtype) {
  /** The number at an index. */
  public double get(long address, long index) {
    return dtype == DType.FLOAT64
        ? Memory.getDouble(address + 8 * index)
        : Memory.getFloat(address + 4 * index);
  }

  /** Writes a number. */
  public void set(long address, long index, double value) {
    if (dtype == DType.FLOAT64) {
      Memory.setDouble(address + 8 * index, value);
    } else {
      Memory.setFloat(address + 4 * index, (float) value);
    }
  }

  /** Adds to a number. */
  public void add(long address, long index, double value) {
    set(address, index, get(address, index) + value);
  }

  /** The sum of products of numbers from two indices on, in order. */
  public double dot(long a, long aIndex, long b, long bIndex, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += get(a, aIndex + i) * get(b, bIndex + i);
    }
    return sum;
  }
}
