package io.troupe.tensor.cpu.norms;

import io.troupe.tensor.memory.Memory;

/** Loops whose elements are floats. */
interface FloatElements extends ChannelLoops {
  @Override
  default double get(long address, long index, double otherwise) {
    return address == 0 ? otherwise : Memory.getFloat(address + 4 * index);
  }

  @Override
  default void set(long address, long index, double value) {
    Memory.setFloat(address + 4 * index, (float) value);
  }
}
