package io.troupe.tensor.cpu.sampling;

import io.troupe.tensor.memory.Memory;

/**
 * Draws from a row of probabilities by the inverse of its cumulative distribution over token ids in
 * their order, summed in double precision. Sums of blocks come first, so that only one block is
 * searched; their order is fixed, so that equal rows and numbers give equal tokens.
 */
final class DenseDraw {
  private static final int BLOCK = 256;

  private DenseDraw() {}

  static int numBlocks(int vocab) {
    return (vocab + BLOCK - 1) / BLOCK;
  }

  /**
   * Draws the token that corresponds to {@code uniform}.
   *
   * @param address of {@code vocab} floats, none negative, not all 0
   * @param blockSums memory for {@link #numBlocks} numbers
   */
  static int draw(long address, int vocab, double uniform, double[] blockSums) {
    int numBlocks = numBlocks(vocab);
    double total = 0;
    for (int b = 0; b < numBlocks; b++) {
      blockSums[b] = sum(address, b * BLOCK, Math.min(vocab, (b + 1) * BLOCK));
      total += blockSums[b];
    }
    double target = uniform * total;
    double below = 0;
    int block = 0;
    while (block < numBlocks - 1 && below + blockSums[block] <= target) {
      below += blockSums[block++];
    }
    int last = -1;
    for (int id = block * BLOCK; id < Math.min(vocab, (block + 1) * BLOCK); id++) {
      float p = Memory.getFloat(address + 4L * id);
      below += p;
      if (p > 0) {
        last = id;
        if (below > target) {
          return id;
        }
      }
    }
    return last >= 0 ? last : lastPossible(address, vocab);
  }

  private static double sum(long address, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      long at = address + 4L * i;
      a += Memory.getFloat(at);
      b += Memory.getFloat(at + 4);
      c += Memory.getFloat(at + 8);
      d += Memory.getFloat(at + 12);
    }
    for (; i < to; i++) {
      a += Memory.getFloat(address + 4L * i);
    }
    return (a + b) + (c + d);
  }

  /**
   * The last possible token, if rounding has moved the target beyond the last block with a
   * probability above 0.
   */
  private static int lastPossible(long address, int vocab) {
    for (int id = vocab - 1; id >= 0; id--) {
      if (Memory.getFloat(address + 4L * id) > 0) {
        return id;
      }
    }
    throw new IllegalStateException(
        "logits must be finite, got a row in which no token has a probability above 0");
  }
}
