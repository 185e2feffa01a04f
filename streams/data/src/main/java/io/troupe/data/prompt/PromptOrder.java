package io.troupe.data.prompt;

import io.troupe.data.Permutation;
import io.troupe.tensor.random.Philox;

/**
 * The order in which a run uses prompts: a function of the seed and the position alone, so that a
 * run can continue from any position. Each pass over the data has its own permutation. Not
 * thread-safe.
 */
public final class PromptOrder {
  private static final long STREAM = 0x70726F6D707473L; // "prompts"

  private final Philox random;
  private final int numRows;
  private final boolean shuffle;
  private long epoch = -1;
  private int[] permutation;

  /**
   * An order of rows.
   *
   * @param seed of the run
   * @param numRows at least 1
   * @param shuffle false for the order of the file
   */
  public PromptOrder(long seed, int numRows, boolean shuffle) {
    if (numRows < 1) {
      throw new IllegalArgumentException("numRows must be at least 1, got " + numRows + "");
    }
    this.random = Philox.of(seed).derive(STREAM);
    this.numRows = numRows;
    this.shuffle = shuffle;
  }

  /** The row at a position, counted from 0 over all passes. */
  public int row(long position) {
    int inEpoch = (int) (position % numRows);
    if (!shuffle) {
      return inEpoch;
    }
    if (position / numRows != epoch) {
      epoch = position / numRows;
      permutation = Permutation.of(random.derive(epoch), numRows);
    }
    return permutation[inEpoch];
  }
}
