package io.troupe.training.sft;

import io.troupe.tensor.random.Philox;

/**
 * The order of demonstrations: a random permutation per pass, drawn from the seed. Not thread-safe.
 */
final class DemonstrationOrder {
  private static final long STREAM = 0x73667464656D6FL; // "sftdemo"

  private final Philox random;
  private final int count;
  private long epoch = -1;
  private int[] permutation;

  DemonstrationOrder(long seed, int count) {
    this.random = Philox.of(seed).derive(STREAM);
    this.count = count;
  }

  /** The index of the demonstration at a position, counted from 0 over all passes. */
  int at(long position) {
    if (position / count != epoch) {
      epoch = position / count;
      permutation = permutation(random.derive(epoch));
    }
    return permutation[(int) (position % count)];
  }

  private int[] permutation(Philox draws) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) { // Fisher and Yates, inside out
      int j = (int) (draws.uniform(i) * (i + 1));
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
