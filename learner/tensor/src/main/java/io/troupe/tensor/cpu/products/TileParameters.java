package io.troupe.tensor.cpu.products;

import io.troupe.tensor.cpu.machinecode.Parameters;

/** Names of the numbers of {@link Parameters} in the kernels of {@link TileCode}. */
final class TileParameters {
  static final int A = 0;
  static final int A_ROW = 1;
  static final int A_STEP = 2;

  /** Bytes from the first row of a tile of the lower height to that of the next. */
  static final int A_TILE = 3;

  static final int B = 4;

  /** Bytes from row to row, or the address of a table of offsets. */
  static final int B_STEP = 5;

  /** Bytes from one panel to the next. */
  static final int B_PANEL = 6;

  /** Bytes from one group of panels to the next. */
  static final int B_GROUP = 7;

  static final int OUT = 8;
  static final int OUT_ROW = 9;
  static final int OUT_TILE = 10;

  /** The matrix that sums are added to. */
  static final int BEFORE = 11;

  static final int BEFORE_ROW = 12;
  static final int BEFORE_TILE = 13;

  /** Products per sum. */
  static final int K = 14;

  /** Tiles of the lower height below each other. */
  static final int TILES = 15;

  /** Groups of panels beside each other. */
  static final int GROUPS = 16;

  /** Where the kernel is. */
  static final int TILES_LEFT = 17;

  static final int A_NOW = 18;
  static final int OUT_NOW = 19;
  static final int BEFORE_NOW = 20;

  /** The address that is prefetched next. */
  static final int PREFETCHED = 21;

  /** Tiles with one more row, above the others. */
  static final int HIGHER_TILES = 22;

  /** The address that is read after the last group of panels. */
  static final int NEXT = 23;

  /** The mask of the last vector. */
  static final int MASK = 0;

  private TileParameters() {}
}
