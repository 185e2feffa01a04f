package io.troupe.tensor.cpu.vectors;

import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.VectorOperators;

/** Searches floats in memory. */
public final class FloatScan {
  private FloatScan() {}

  /**
   * The first place from {@code from} on, below {@code to}, that holds at least {@code least}; or
   * {@code to} when there is none. NaN is never at least anything.
   *
   * @param address of the float at place 0
   */
  public static int firstAtLeast(long address, int from, int to, float least) {
    int i = from;
    for (; i + Lanes.COUNT <= to; i += Lanes.COUNT) {
      var found = Lanes.load(address + 4L * i).compare(VectorOperators.GE, least);
      if (found.anyTrue()) {
        return i + found.firstTrue();
      }
    }
    while (i < to && !(Memory.getFloat(address + 4L * i) >= least)) {
      i++;
    }
    return i;
  }
}
