package io.troupe.actors.cluster.content;

import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.training.shard.GradientLayout;
import io.troupe.training.shard.ShardSum;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The parts in which learners send each other the sum of a node of gradient shards: those of the
 * gradient, from its end to its start as the backward pass completes them, and last the numbers of
 * the tokens. A node of which no sample has a gradient has the last part only.
 */
public final class SumParts {
  private static final long MIN_BYTES = 4 << 20;
  private static final int MAX_PARTS = 64;

  private final GradientLayout layout;
  private final long[] bounds;

  /**
   * The parts of the sums of a policy.
   *
   * @param layout of its gradients
   */
  public SumParts(GradientLayout layout) {
    this(layout, Math.max(MIN_BYTES, layout.sizeBytes() / MAX_PARTS));
  }

  /**
   * Parts of another size.
   *
   * @param minBytes least size of a part of the gradient, except for the last one
   */
  public SumParts(GradientLayout layout, long minBytes) {
    this.layout = layout;
    this.bounds = layout.partBounds(minBytes);
  }

  GradientLayout layout() {
    return layout;
  }

  /** Number of parts of a gradient. */
  int numGradientParts() {
    return bounds.length - 1;
  }

  /** Number of parts of the sum of a node. */
  public int numParts(ShardSum sum) {
    return sum.gradient().byteSize() == 0 ? 1 : bounds.length;
  }

  /** Start of a part of the gradient in bytes. */
  long start(int part) {
    return bounds[part + 1];
  }

  /** Size of a part of the gradient in bytes. */
  long size(int part) {
    return bounds[part] - bounds[part + 1];
  }

  /** Copies a part of a sum. */
  public Payload copy(ShardSum sum, int part) {
    MemorySegment content =
        part == numParts(sum) - 1 ? sum.tokens() : sum.gradient().asSlice(start(part), size(part));
    return PayloadBytes.copy(List.of(content));
  }

  /** Whether a part has the size that it must have, for some number of tokens. */
  boolean fits(ShardGradient gradient) {
    int numParts = gradient.numParts();
    if (numParts != 1 && numParts != bounds.length) {
      return false;
    }
    long bytes = gradient.data().sizeBytes();
    return gradient.part() == numParts - 1
        ? bytes % Double.BYTES == 0
        : bytes == size(gradient.part());
  }
}
