package io.troupe.training.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The gradient of a batch for one optimizer step, collected from sums of shards. Each sum is
 * computed here or provided by a peer, in any order; the result has the same bits.
 *
 * <p>Not thread-safe. The owner must close it.
 */
public final class ShardedGradient implements AutoCloseable {
  private final ShardTree tree;
  private final ShardWork work;
  private final GradientLayout layout;
  private final int iteration;
  private final Map<ShardRange, ShardSum> present = new LinkedHashMap<>(); // disjoint
  private final List<ShardSum> held = new ArrayList<>();
  private final List<GradientBuffer> scratch = new ArrayList<>();

  /**
   * A gradient without any shard.
   *
   * @param iteration the optimizer step within the training step, from 0
   */
  public ShardedGradient(ShardTree tree, ShardWork work, GradientLayout layout, int iteration) {
    this.tree = tree;
    this.work = work;
    this.layout = layout;
    this.iteration = iteration;
  }

  /** The fewest nodes that together have the shards without a sum. */
  public List<ShardRange> missing() {
    return tree.cover(shard -> !isPresent(shard));
  }

  private boolean isPresent(int shard) {
    ShardRange one = new ShardRange(shard, 1);
    return present.keySet().stream().anyMatch(range -> range.contains(one));
  }

  private boolean isPresent(ShardRange range) {
    for (int shard = range.first(); shard < range.end(); shard++) {
      if (!isPresent(shard)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Computes the sum of a node; a sum that is present is not computed again.
   *
   * @param sink receives the gradient in parts while it is computed
   * @return valid until this is closed, or as long as it is retained
   * @throws IllegalArgumentException if the range is not a node
   */
  public ShardSum compute(ShardRange range, GradientSink sink) {
    ShardSum before = present.get(tree.requireNode(range));
    if (before != null) {
      if (before.gradient().byteSize() > 0) {
        sink.accept(0, before.gradient());
      }
      return before;
    }
    GradientBuffer gradient = new NodeSum(work, layout).compute(range, sink);
    ShardSum sum =
        new ShardSum(range, iteration, gradient, layout.engine(), work.numTokenValues(range));
    held.add(sum);
    sum.putTokens(work.tokenValues(range));
    add(sum);
    return sum;
  }

  /**
   * Takes a peer's sum, and closes it when it is no longer needed, also when it is rejected.
   *
   * @param sum of {@link GradientLayout#allocateSum}, filled
   * @return whether it was missing; sums of shards that are present are dropped
   * @throws IllegalArgumentException if it is of another iteration, of no node, of other sizes than
   *     those of the batch, or contains NaN or infinity
   * @throws ShardDifferenceException if the sum of the same node is present and differs
   */
  public boolean provide(ShardSum sum) {
    boolean added = false;
    try {
      requireFits(sum);
      added = add(sum);
    } finally {
      if (!added) {
        sum.close();
      }
    }
    if (added) {
      held.add(sum);
      work.putTokenValues(sum.range(), sum.tokenValues());
    }
    return added;
  }

  private void requireFits(ShardSum sum) {
    ShardRange range = tree.requireNode(sum.range());
    require(sum, "be of iteration", iteration, sum.iteration());
    long gradientBytes = work.hasGradient(range) ? layout.sizeBytes() : 0;
    require(sum, "have bytes of a gradient:", gradientBytes, sum.gradient().byteSize());
    long tokenBytes = (long) Double.BYTES * work.numTokenValues(range);
    require(sum, "have bytes of tokens:", tokenBytes, sum.tokens().byteSize());
    if (!sum.isFinite()) {
      throw new IllegalArgumentException(
          "sum of shards %s must be finite, got NaN or infinity; compute it here".formatted(range));
    }
  }

  private static void require(ShardSum sum, String what, long expected, long actual) {
    if (expected != actual) {
      throw new IllegalArgumentException(
          "sum of shards %s must %s %d, got %d".formatted(sum.range(), what, expected, actual));
    }
  }

  private boolean add(ShardSum sum) {
    ShardSum same = present.get(sum.range());
    if (same != null && !same.equalsBitwise(sum)) {
      throw new ShardDifferenceException(sum.range());
    }
    if (isPresent(sum.range())) {
      return false;
    }
    present.keySet().removeIf(sum.range()::contains);
    present.put(sum.range(), sum);
    return true;
  }

  /**
   * Adds up all shards and makes the result the gradients of the parameters, until this is closed.
   * Sums that nobody has retained are overwritten.
   *
   * @return whether there is a gradient; without one, those of the parameters are not set
   * @throws IllegalStateException if a shard is missing
   */
  public boolean take() {
    if (!missing().isEmpty()) {
      throw new IllegalStateException(
          "shards %s must be computed or provided before their gradients are added up"
              .formatted(missing()));
    }
    GradientBuffer all = combine(tree.root());
    if (all != null) {
      all.take();
    }
    return all != null;
  }

  private GradientBuffer combine(ShardRange node) {
    if (present.containsKey(node)) {
      return present.get(node).buffer();
    }
    GradientBuffer left = combine(ShardTree.left(node));
    GradientBuffer right = combine(ShardTree.right(node));
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    if (!isWritable(left) && isWritable(right)) {
      right.all().addScaledi(left.all(), 1); // the same bits as left + right
      return right;
    }
    GradientBuffer sum = isWritable(left) ? left : copy(left);
    sum.all().addScaledi(right.all(), 1);
    return sum;
  }

  /** Whether nobody else reads a buffer; partial sums have no holder at all. */
  private boolean isWritable(GradientBuffer buffer) {
    return present.values().stream()
        .filter(sum -> sum.buffer() == buffer)
        .allMatch(ShardSum::isExclusive);
  }

  private GradientBuffer copy(GradientBuffer buffer) {
    GradientBuffer copy = layout.allocate();
    scratch.add(copy);
    copy.all().copyFrom(buffer.all());
    return copy;
  }

  /** Discards the gradients of the parameters, and all sums that nobody else has retained. */
  @Override
  public void close() {
    layout.release();
    held.forEach(ShardSum::close);
    held.clear();
    present.clear();
    scratch.forEach(GradientBuffer::close);
    scratch.clear();
  }
}
