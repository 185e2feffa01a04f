package io.troupe.training.shard;

import io.troupe.tensor.GradientListener;
import java.util.List;
import java.util.stream.Stream;

/**
 * Computes the sum below a node of the tree. Partial sums are added up parameter by parameter, as
 * soon as the last backward pass has completed one; at most one more than the depth of the tree are
 * in memory. A shard without a gradient adds nothing.
 */
record NodeSum(ShardWork work, GradientLayout layout) {

  /**
   * What happens with the gradient of a parameter that a node has completed.
   *
   * @param into sums to the left, innermost first: each adds the one before it
   * @param sink receives the outermost sum
   */
  record Continuation(List<GradientBuffer> into, GradientSink sink) {
    static final Continuation NONE = new Continuation(List.of(), GradientSink.NONE);

    Continuation addingTo(GradientBuffer left) {
      return new Continuation(Stream.concat(Stream.of(left), into.stream()).toList(), sink);
    }
  }

  /** Returns the sum, which the caller must close; null without a gradient. */
  GradientBuffer compute(ShardRange node, GradientSink sink) {
    return compute(node, new Continuation(List.of(), sink));
  }

  private GradientBuffer compute(ShardRange node, Continuation next) {
    if (node.count() == 1) {
      return computeShard(node, next);
    }
    ShardRange left = ShardTree.left(node);
    ShardRange right = ShardTree.right(node);
    if (!work.hasGradient(right)) {
      compute(right, Continuation.NONE);
      return compute(left, next);
    }
    if (!work.hasGradient(left)) {
      compute(left, Continuation.NONE);
      return compute(right, next);
    }
    GradientBuffer sum = compute(left, Continuation.NONE);
    try (GradientBuffer _ = compute(right, next.addingTo(sum))) {
      return sum;
    } catch (RuntimeException | Error e) {
      sum.close();
      throw e;
    }
  }

  private GradientBuffer computeShard(ShardRange shard, Continuation next) {
    if (!work.hasGradient(shard)) {
      work.accumulate(shard.first(), GradientListener.NONE);
      return null;
    }
    GradientBuffer gradient = layout.allocate();
    gradient.collect();
    try {
      CompletedGradients completed = new CompletedGradients(layout, gradient, next);
      work.accumulate(shard.first(), completed);
      completed.end();
      return gradient;
    } catch (RuntimeException | Error e) {
      gradient.close();
      throw e;
    } finally {
      layout.release();
    }
  }
}
