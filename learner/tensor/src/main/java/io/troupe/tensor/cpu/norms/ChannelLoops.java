package io.troupe.tensor.cpu.norms;

/**
 * Sums and maps of a channel's elements, for normalization. The sums of the runs are added in the
 * order of the runs.
 */
interface ChannelLoops {
  /**
   * Two sums over the same elements.
   *
   * @param sum of {@code dy}
   * @param dot of {@code dy * (x - mean)}
   */
  record Sums(double sum, double dot) {}

  /** The sum of all elements. */
  double sum(long x, ChannelRuns runs);

  /** The sum of {@code (x - mean)^2}. */
  double squares(long x, double mean, ChannelRuns runs);

  /** The sums that gradients need. */
  Sums gradSums(long dy, long x, double mean, ChannelRuns runs);

  /** {@code out = (x - mean) * scale + shift}. */
  void apply(long out, long x, double mean, double scale, double shift, ChannelRuns runs);

  /** {@code dx = dy * scale - shift - (x - mean) * slope}. */
  void grad(
      long dx,
      long dy,
      long x,
      double mean,
      double scale,
      double shift,
      double slope,
      ChannelRuns runs);

  /** The element at an address, or {@code otherwise} where the address is 0. */
  double get(long address, long index, double otherwise);

  /** Writes an element. */
  void set(long address, long index, double value);
}
