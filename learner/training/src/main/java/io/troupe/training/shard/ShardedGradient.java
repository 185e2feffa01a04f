package io.troupe.training.shard;

import io.troupe.tensor.Engine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private final Engine engine;
  private final int iteration;
  private final Map<ShardRange, ShardSum> present = new LinkedHashMap<>(); // disjoint
  private final Set<ShardSum> receiving = new HashSet<>();
  private final List<ShardSum> held = new ArrayList<>();
  private final List<GradientBuffer> scratch = new ArrayList<>();

  /**
   * A gradient without any shard.
   *
   * @param iteration the optimizer step within the training step, from 0
   */
  public ShardedGradient(
      ShardTree tree, ShardWork work, GradientLayout layout, Engine engine, int iteration) {
    this.tree = tree;
    this.work = work;
    this.layout = layout;
    this.engine = engine;
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
      sink.accept(0, before.gradient());
      return before;
    }
    GradientBuffer gradient = new NodeSum(work, layout, engine).compute(range, sink);
    ShardSum sum = new ShardSum(range, iteration, gradient, engine, work.numTokenValues(range));
    held.add(sum);
    sum.putTokens(work.tokenValues(range));
    add(sum);
    return sum;
  }

  /**
   * Allocates a sum for a peer's contents. The caller fills {@link ShardSum#gradient} and {@link
   * ShardSum#tokens}, which have the sizes that the contents must have, and calls {@link #provide}.
   *
   * @throws IllegalArgumentException if the range is not a node
   */
  public ShardSum receive(ShardRange range) {
    tree.requireNode(range);
    GradientBuffer gradient = work.hasGradient(range) ? layout.allocate(engine) : null;
    ShardSum sum = new ShardSum(range, iteration, gradient, engine, work.numTokenValues(range));
    held.add(sum);
    receiving.add(sum);
    return sum;
  }

  /**
   * Takes a peer's sum.
   *
   * @param sum of {@link #receive}, filled
   * @return whether it was missing; sums of shards that are present are dropped
   * @throws IllegalArgumentException if it is not from {@link #receive}, was provided before, or
   *     contains NaN or infinity
   * @throws ShardDifferenceException if the sum of the same node is present and differs
   */
  public boolean provide(ShardSum sum) {
    if (!receiving.remove(sum)) {
      throw new IllegalArgumentException(
          "sum of shards %s must be allocated by receive() of iteration %d and provided once, got one of iteration %d"
              .formatted(sum.range(), iteration, sum.iteration()));
    }
    if (!sum.isFinite()) {
      throw new IllegalArgumentException(
          "sum of shards %s must be finite, got NaN or infinity; compute it here"
              .formatted(sum.range()));
    }
    boolean added = add(sum);
    if (added) {
      work.putTokenValues(sum.range(), sum.tokenValues());
    }
    return added;
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
    GradientBuffer sum = isWritable(left) ? left : copy(left);
    sum.all().addScaledi(right.all(), 1);
    return sum;
  }

  /** Whether nobody else reads a sum; sums of this method's caller have no holder at all. */
  private boolean isWritable(GradientBuffer buffer) {
    return present.values().stream()
        .filter(sum -> sum.buffer() == buffer)
        .allMatch(ShardSum::isExclusive);
  }

  private GradientBuffer copy(GradientBuffer buffer) {
    GradientBuffer copy = layout.allocate(engine);
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
    receiving.clear();
    scratch.forEach(GradientBuffer::close);
    scratch.clear();
  }
}
