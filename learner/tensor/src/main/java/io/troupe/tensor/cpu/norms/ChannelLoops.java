package io.troupe.tensor.cpu.norms;

/** Sums and maps of contiguous runs of one channel's elements, for normalization. */
interface ChannelLoops {
  /** The sum of {@code n} elements. */
  double sum(long x, int n);

  /** The sum of {@code (x - mean)^2}. */
  double squares(long x, double mean, int n);

  /** The sum of {@code dy * (x - mean)}. */
  double dot(long dy, long x, double mean, int n);

  /** {@code out = (x - mean) * scale + shift}. */
  void apply(long out, long x, double mean, double scale, double shift, int n);

  /** {@code dx = dy * scale - shift - (x - mean) * slope}. */
  void grad(long dx, long dy, long x, double mean, double scale, double shift, double slope, int n);

  /** The element at an address, or {@code otherwise} where the address is 0. */
  double get(long address, long index, double otherwise);

  /** Writes an element. */
  void set(long address, long index, double value);
}
