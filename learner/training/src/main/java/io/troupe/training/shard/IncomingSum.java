package io.troupe.training.shard;

import java.lang.foreign.MemorySegment;

/**
 * A peer's sum whose parts arrive one by one. The owner fills {@link #gradient} and then
 * {@linkplain #complete completes} it, or closes it.
 */
public final class IncomingSum implements AutoCloseable {
  private static final MemorySegment EMPTY = MemorySegment.ofArray(new byte[0]);

  private final GradientLayout layout;
  private final ShardRange range;
  private final int iteration;
  private GradientBuffer gradient; // null without one, and after the end

  IncomingSum(GradientLayout layout, ShardRange range, int iteration, boolean hasGradient) {
    this.layout = layout;
    this.range = range;
    this.iteration = iteration;
    this.gradient = hasGradient ? layout.allocate() : null;
  }

  /** The gradient in its {@link GradientLayout}, with undefined contents; empty without one. */
  public MemorySegment gradient() {
    return gradient == null ? EMPTY : gradient.all().segment();
  }

  /**
   * Ends this with a sum that has its gradient. The caller fills {@link ShardSum#tokens}.
   *
   * @param tokenBytes a multiple of 8; the caller bounds it
   */
  public ShardSum complete(long tokenBytes) {
    if (tokenBytes < 0 || tokenBytes % Double.BYTES != 0) {
      throw new IllegalArgumentException(
          "tokens of shards %s must have a multiple of %d bytes, got %d"
              .formatted(range, Double.BYTES, tokenBytes));
    }
    ShardSum sum =
        new ShardSum(range, iteration, gradient, layout.engine(), tokenBytes / Double.BYTES);
    gradient = null;
    return sum;
  }

  /** Releases the memory; no effect after {@link #complete}. */
  @Override
  public void close() {
    if (gradient != null) {
      gradient.close();
      gradient = null;
    }
  }
}
