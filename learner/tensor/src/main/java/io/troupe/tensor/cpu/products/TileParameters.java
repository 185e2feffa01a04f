package io.troupe.tensor.cpu.products;

import io.troupe.tensor.memory.KernelScratch;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * The parameters of generated kernels: a block of memory for each thread, with the byte offsets of
 * its fields. Kernels also keep their counters in it, so every call starts with {@link #set}.
 */
final class TileParameters {
  static final int A = 0;
  static final int A_ROW = 8;
  static final int A_STEP = 16;

  /** Bytes from the first row of a tile to that of the next. */
  static final int A_TILE = 24;

  static final int B = 32;
  static final int B_STEP = 40;

  /** Bytes from one panel to the next. */
  static final int B_PANEL = 48;

  static final int OUT = 56;
  static final int OUT_ROW = 64;
  static final int OUT_TILE = 72;

  /** The matrix that sums are added to. */
  static final int BEFORE = 80;

  static final int BEFORE_ROW = 88;
  static final int BEFORE_TILE = 96;

  /** Products per sum. */
  static final int K = 104;

  /** Tiles below each other. */
  static final int TILES = 112;

  /** Groups of panels beside each other. */
  static final int GROUPS = 120;

  static final int B_GROUP = 128;

  /** Where the kernel is. */
  static final int TILES_LEFT = 136;

  static final int A_NOW = 144;
  static final int OUT_NOW = 152;
  static final int BEFORE_NOW = 160;

  /** The mask of the last vector. */
  static final int MASK = 192;

  private static final int BYTES = MASK + 64;

  private final MemorySegment memory = KernelScratch.allocate(BYTES);
  private final long address = memory.address();

  long address() {
    return address;
  }

  void set(int field, long value) {
    Memory.setLong(address + field, value);
  }

  /** The mask for a vector of which only the first {@code inside} lanes exist. */
  void setMask(int inside, int lanes) {
    if (lanes == Short.SIZE) {
      Memory.setShort(address + MASK, (short) ((1 << inside) - 1));
      return;
    }
    for (int lane = 0; lane < lanes; lane++) {
      Memory.setInt(address + MASK + lane * Integer.BYTES, lane < inside ? -1 : 0);
    }
  }
}
