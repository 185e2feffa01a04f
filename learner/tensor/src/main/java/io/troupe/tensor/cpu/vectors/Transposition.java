package io.troupe.tensor.cpu.vectors;

import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposes small matrices of floats, a square block of vectors at a time: lanes are exchanged
 * between rows at distance 1, 2, 4 and so on.
 */
public final class Transposition {
  private static final int LANES = Lanes.COUNT;
  private static final VectorShuffle<Float> SWAP_1 = swap(1);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final VectorMask<Float> ODD_1 = odd(1);
  private static final VectorMask<Float> ODD_2 = odd(2);
  private static final VectorMask<Float> ODD_4 = odd(4);
  private static final VectorMask<Float> ODD_8 = odd(8);

  private Transposition() {}

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(Lanes.SPECIES, i -> (i ^ distance) & (LANES - 1));
  }

  /** The lanes whose number has the bit {@code distance}. */
  private static VectorMask<Float> odd(int distance) {
    long bits = 0;
    for (int i = 0; i < LANES; i++) {
      bits |= (i & distance) == 0 ? 0 : 1L << i;
    }
    return VectorMask.fromLong(Lanes.SPECIES, bits);
  }

  /**
   * Writes the transposed matrix.
   *
   * @param to (columns, rows), rows {@code toRow} bytes apart; must not overlap {@code from}
   * @param from (rows, columns), rows {@code fromRow} bytes apart
   * @param rows a multiple of {@link Lanes#COUNT}
   */
  public static void run(long to, long toRow, long from, long fromRow, int rows, int columns) {
    for (int row = 0; row < rows; row += LANES) {
      long source = from + row * fromRow;
      long target = to + 4L * row;
      int column = 0;
      for (; column + LANES <= columns; column += LANES) {
        block(target + column * toRow, toRow, source + 4L * column, fromRow);
      }
      for (; column < columns; column++) {
        column(target + column * toRow, source + 4L * column, fromRow);
      }
    }
  }

  private static void column(long to, long from, long fromRow) {
    for (int i = 0; i < LANES; i++) {
      Memory.setFloat(to + 4L * i, Memory.getFloat(from + i * fromRow));
    }
  }

  /** A square block: a vector from each of as many rows. */
  private static void block(long to, long toRow, long from, long fromRow) {
    for (int row = 0; row < LANES; row += 4) {
      neighbors(to + row * toRow, toRow, from + row * fromRow, fromRow);
    }
    if (LANES == 8) {
      for (int row = 0; row < 4; row++) {
        halves(to + row * toRow, to + (row + 4) * toRow);
      }
    } else if (LANES == 16) {
      for (int row = 0; row < 4; row++) {
        quarters(to + row * toRow, 4 * toRow);
      }
    }
  }

  /** Exchanges between four neighboring rows. */
  private static void neighbors(long to, long toRow, long from, long fromRow) {
    FloatVector a = Lanes.load(from);
    FloatVector b = Lanes.load(from + fromRow);
    FloatVector c = Lanes.load(from + 2 * fromRow);
    FloatVector d = Lanes.load(from + 3 * fromRow);
    FloatVector a1 = a.blend(b.rearrange(SWAP_1), ODD_1);
    FloatVector b1 = a.rearrange(SWAP_1).blend(b, ODD_1);
    FloatVector c1 = c.blend(d.rearrange(SWAP_1), ODD_1);
    FloatVector d1 = c.rearrange(SWAP_1).blend(d, ODD_1);
    Lanes.store(a1.blend(c1.rearrange(SWAP_2), ODD_2), to);
    Lanes.store(b1.blend(d1.rearrange(SWAP_2), ODD_2), to + toRow);
    Lanes.store(a1.rearrange(SWAP_2).blend(c1, ODD_2), to + 2 * toRow);
    Lanes.store(b1.rearrange(SWAP_2).blend(d1, ODD_2), to + 3 * toRow);
  }

  /** Exchanges between rows at distance 4, of 8 lanes. */
  private static void halves(long first, long second) {
    FloatVector a = Lanes.load(first);
    FloatVector b = Lanes.load(second);
    Lanes.store(a.blend(b.rearrange(SWAP_4), ODD_4), first);
    Lanes.store(a.rearrange(SWAP_4).blend(b, ODD_4), second);
  }

  /** Exchanges between four rows at distance 4, of 16 lanes. */
  private static void quarters(long at, long distance) {
    FloatVector a = Lanes.load(at);
    FloatVector b = Lanes.load(at + distance);
    FloatVector c = Lanes.load(at + 2 * distance);
    FloatVector d = Lanes.load(at + 3 * distance);
    FloatVector a1 = a.blend(b.rearrange(SWAP_4), ODD_4);
    FloatVector b1 = a.rearrange(SWAP_4).blend(b, ODD_4);
    FloatVector c1 = c.blend(d.rearrange(SWAP_4), ODD_4);
    FloatVector d1 = c.rearrange(SWAP_4).blend(d, ODD_4);
    Lanes.store(a1.blend(c1.rearrange(SWAP_8), ODD_8), at);
    Lanes.store(b1.blend(d1.rearrange(SWAP_8), ODD_8), at + distance);
    Lanes.store(a1.rearrange(SWAP_8).blend(c1, ODD_8), at + 2 * distance);
    Lanes.store(b1.rearrange(SWAP_8).blend(d1, ODD_8), at + 3 * distance);
  }
}
