package io.troupe.tensor.cpu.losses;

/** Receives the statistics of each row of logits. */
interface RowResults {
  /** Whether more sums are needed than that of the exponentials. */
  boolean needsAllSums();

  /** Writes the results of a row that is skipped. */
  void clear(int row);

  void write(int row, Statistics statistics, double logitOfTarget);
}
