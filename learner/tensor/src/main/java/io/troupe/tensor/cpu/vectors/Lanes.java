package io.troupe.tensor.cpu.vectors;

import io.troupe.tensor.memory.Memory;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vectors of floats to and from memory, and sums over their lanes in a fixed order.
 *
 * <p>The Vector API leaves the order of {@code reduceLanes(ADD)} open, and interpreted and compiled
 * code indeed differ: {@link #sum} folds halves instead.
 */
public final class Lanes {
  public static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;

  /** Floats in a vector. */
  public static final int COUNT = SPECIES.length();

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final VectorShuffle<Float> HALVES = fold(COUNT / 2);
  private static final VectorShuffle<Float> QUARTERS = fold(COUNT / 4);
  private static final VectorShuffle<Float> EIGHTHS = fold(COUNT / 8);
  private static final VectorShuffle<Float> SIXTEENTHS = fold(COUNT / 16);

  private static final VectorShuffle<Float> EVENS =
      VectorShuffle.fromOp(SPECIES, i -> 2 * i & COUNT - 1);
  private static final VectorShuffle<Float> ODDS =
      VectorShuffle.fromOp(SPECIES, i -> 2 * i + 1 & COUNT - 1);
  private static final VectorShuffle<Float> LOWER = VectorShuffle.fromOp(SPECIES, i -> i / 2);
  private static final VectorShuffle<Float> UPPER =
      VectorShuffle.fromOp(SPECIES, i -> COUNT / 2 + i / 2);
  private static final VectorMask<Float> SECOND_HALF = SPECIES.indexInRange(0, COUNT / 2).not();
  private static final VectorMask<Float> ODD_LANES =
      VectorMask.fromLong(SPECIES, 0xAAAAAAAAAAAAAAAAL & (1L << COUNT) - 1);

  private Lanes() {}

  private static VectorShuffle<Float> fold(int distance) {
    return VectorShuffle.fromOp(SPECIES, i -> i ^ distance);
  }

  public static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  public static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER);
  }

  public static void store(FloatVector vector, long address) {
    vector.intoMemorySegment(Memory.ALL, address, ORDER);
  }

  /** The first {@code count} lanes, fewer than a vector. */
  public static VectorMask<Float> first(int count) {
    return SPECIES.indexInRange(0, count);
  }

  /** Loads some lanes; the others are 0. */
  public static FloatVector load(long address, VectorMask<Float> lanes) {
    return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER, lanes);
  }

  /** Stores some lanes. */
  public static void store(FloatVector vector, long address, VectorMask<Float> lanes) {
    vector.intoMemorySegment(Memory.ALL, address, ORDER, lanes);
  }

  /** The elements that whole vectors cover. */
  public static int whole(int n) {
    return n & -COUNT;
  }

  /** The sum of all lanes: halves are added until one lane is left. */
  public static float sum(FloatVector vector) {
    FloatVector v = vector.add(vector.rearrange(HALVES));
    v = v.add(v.rearrange(QUARTERS));
    if (COUNT >= 8) {
      v = v.add(v.rearrange(EIGHTHS));
    }
    if (COUNT >= 16) {
      v = v.add(v.rearrange(SIXTEENTHS));
    }
    return v.lane(0);
  }

  /** Every second element of two vectors, from the first on. */
  public static FloatVector evens(FloatVector first, FloatVector second) {
    return first.rearrange(EVENS).blend(second.rearrange(EVENS), SECOND_HALF);
  }

  /** Every second element of two vectors, from the second on. */
  public static FloatVector odds(FloatVector first, FloatVector second) {
    return first.rearrange(ODDS).blend(second.rearrange(ODDS), SECOND_HALF);
  }

  /** The first vector of two whose elements are taken in turn. */
  public static FloatVector firstInTurn(FloatVector evens, FloatVector odds) {
    return evens.rearrange(LOWER).blend(odds.rearrange(LOWER), ODD_LANES);
  }

  /** The second vector of two whose elements are taken in turn. */
  public static FloatVector secondInTurn(FloatVector evens, FloatVector odds) {
    return evens.rearrange(UPPER).blend(odds.rearrange(UPPER), ODD_LANES);
  }
}
