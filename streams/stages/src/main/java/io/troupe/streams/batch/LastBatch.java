package io.troupe.streams.batch;

/** Treatment of the last batch of an epoch if it is smaller than the others. */
public enum LastBatch {
  /** It is used; {@code drop_last=False} of PyTorch, and its default. */
  KEEP,
  /** It is left out if it has one example only, which batch normalization cannot train on. */
  DROP_SINGLE,
  /** It is left out; {@code drop_last=True} of PyTorch. */
  DROP;

  /**
   * The number of batches of an epoch.
   *
   * @param numExamples at least 1
   * @param batchSize at least 1
   */
  int numBatches(int numExamples, int batchSize) {
    int full = numExamples / batchSize;
    int rest = numExamples % batchSize;
    boolean isKept =
        switch (this) {
          case KEEP -> rest > 0;
          case DROP_SINGLE -> rest > 1 || (rest == 1 && full == 0);
          case DROP -> false;
        };
    return isKept ? full + 1 : full;
  }
}
