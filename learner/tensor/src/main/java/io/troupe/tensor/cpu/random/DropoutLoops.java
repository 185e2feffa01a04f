package io.troupe.tensor.cpu.random;

import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import io.troupe.tensor.random.Philox;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dropout of floats, with the words of {@link Philox} that their places name. Blocks of four words
 * are computed a vector at a time, one block in each lane of 64 bits.
 */
final class DropoutLoops {
  private static final VectorSpecies<Long> LONGS =
      VectorSpecies.of(long.class, VectorMath.SPECIES.vectorShape());
  private static final int BLOCKS = LONGS.length();

  /** Elements that one vector of blocks gives words for: two vectors of floats. */
  private static final int STEP = 4 * BLOCKS;

  private static final VectorShuffle<Long> FIRST_BLOCKS = VectorShuffle.makeZip(LONGS, 0);
  private static final VectorShuffle<Long> LAST_BLOCKS = VectorShuffle.makeZip(LONGS, 1);
  private static final int ROUNDS = 10;
  private static final long LOW = 0xFFFFFFFFL;
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private DropoutLoops() {}

  /**
   * Drops elements {@code [from, end)}; {@code from} is a multiple of 4.
   *
   * @param p probability that an element becomes 0
   */
  static void dropout(long out, long a, double p, Philox generator, long from, long end) {
    // a word's upper 24 bits as a number in [0, 1) are at least p
    int least = (int) Math.ceil(p * 0x1p24);
    float scale = (float) (1 / (1 - p));
    long whole = from + (end - from) / STEP * STEP;
    vectors(out, a, least, scale, generator, from, whole);
    rest(out, a, least, scale, generator, whole, end);
  }

  private static void vectors(
      long out, long a, int least, float scale, Philox generator, long from, long end) {
    LongVector low = LongVector.broadcast(LONGS, LOW);
    LongVector m0 = LongVector.broadcast(LONGS, M0).and(low);
    LongVector m1 = LongVector.broadcast(LONGS, M1).and(low);
    LongVector second = LongVector.broadcast(LONGS, generator.counter2() & LOW);
    LongVector third = LongVector.broadcast(LONGS, generator.counter3() & LOW);
    LongVector block = LongVector.broadcast(LONGS, from / 4).addIndex(1);
    FloatVector zero = FloatVector.zero(VectorMath.SPECIES);
    for (long i = from; i < end; i += STEP) {
      LongVector c0 = block.and(low);
      LongVector c1 = block.lanewise(VectorOperators.LSHR, 32);
      LongVector c2 = second;
      LongVector c3 = third;
      int k0 = generator.key0();
      int k1 = generator.key1();
      for (int round = 0; round < ROUNDS; round++) {
        LongVector p0 = c0.and(low).mul(m0);
        LongVector p1 = c2.and(low).mul(m1);
        c0 = p1.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, c1);
        c0 = c0.lanewise(VectorOperators.XOR, k0 & LOW);
        c2 = p0.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, c3);
        c2 = c2.lanewise(VectorOperators.XOR, k1 & LOW);
        c1 = p1.and(low);
        c3 = p0.and(low);
        k0 += W0;
        k1 += W1;
      }
      LongVector front = c1.lanewise(VectorOperators.LSHL, 32).or(c0);
      LongVector back = c3.lanewise(VectorOperators.LSHL, 32).or(c2);
      IntVector words = front.rearrange(FIRST_BLOCKS, back).reinterpretAsInts();
      VectorMask<Float> kept =
          words
              .lanewise(VectorOperators.LSHR, 8)
              .compare(VectorOperators.GE, least)
              .cast(VectorMath.SPECIES);
      FloatVector x =
          FloatVector.fromMemorySegment(VectorMath.SPECIES, Memory.ALL, a + 4 * i, ORDER);
      zero.blend(x.mul(scale), kept).intoMemorySegment(Memory.ALL, out + 4 * i, ORDER);
      long next = 4 * (i + 2 * BLOCKS);
      words = front.rearrange(LAST_BLOCKS, back).reinterpretAsInts();
      kept =
          words
              .lanewise(VectorOperators.LSHR, 8)
              .compare(VectorOperators.GE, least)
              .cast(VectorMath.SPECIES);
      x = FloatVector.fromMemorySegment(VectorMath.SPECIES, Memory.ALL, a + next, ORDER);
      zero.blend(x.mul(scale), kept).intoMemorySegment(Memory.ALL, out + next, ORDER);
      block = block.add(BLOCKS);
    }
  }

  private static void rest(
      long out, long a, int least, float scale, Philox generator, long from, long end) {
    int[] words = new int[4];
    for (long i = from; i < end; i++) {
      if (i % 4 == 0) {
        generator.block(i / 4, words);
      }
      boolean kept = words[(int) (i % 4)] >>> 8 >= least;
      Memory.setFloat(out + 4 * i, kept ? Memory.getFloat(a + 4 * i) * scale : 0f);
    }
  }
}
