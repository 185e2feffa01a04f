package io.troupe.training.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The binary tree in whose order the gradients of shards are added up. Its leaves are the shards; a
 * node of {@code count} shards has the largest power of two below {@code count} on the left and the
 * rest on the right. A node therefore is a range of shards that begins at a multiple of a power of
 * two and ends at the next one, or at the last shard.
 *
 * <p>Shard {@code k} of a batch of {@code n} samples has the samples {@code [k n / S, (k + 1) n /
 * S)}, rounded down, by their number in the batch: the sizes differ by 1 at most.
 *
 * @param numShards number of leaves, at least 1
 */
public record ShardTree(int numShards) {

  /** Checks the number of shards. */
  public ShardTree {
    if (numShards < 1) {
      throw new IllegalArgumentException("number of shards must be >= 1, got " + numShards);
    }
  }

  /** All shards. */
  public ShardRange root() {
    return new ShardRange(0, numShards);
  }

  /** The first part of a node with more than one shard. */
  public static ShardRange left(ShardRange node) {
    return new ShardRange(node.first(), Integer.highestOneBit(node.count() - 1));
  }

  /** The second part of a node with more than one shard. */
  public static ShardRange right(ShardRange node) {
    ShardRange left = left(node);
    return new ShardRange(left.end(), node.count() - left.count());
  }

  /** Whether a range is a node of the tree. */
  public boolean isNode(ShardRange range) {
    ShardRange node = root();
    while (node.count() > range.count()) {
      ShardRange left = left(node);
      node = range.first() < left.end() ? left : right(node);
    }
    return node.equals(range);
  }

  /**
   * Returns the range.
   *
   * @throws IllegalArgumentException if it is not a node
   */
  public ShardRange requireNode(ShardRange range) {
    if (!isNode(range)) {
      throw new IllegalArgumentException(
          "range of shards must be a node of the tree over %d shards, got %s; use cover()"
              .formatted(numShards, range));
    }
    return range;
  }

  /** The fewest nodes that together have exactly the given shards, in order. */
  public List<ShardRange> cover(IntPredicate shards) {
    List<ShardRange> nodes = new ArrayList<>();
    addCover(root(), shards, nodes);
    return nodes;
  }

  /** Adds the cover of a node; two complete halves are replaced by the node itself. */
  private static void addCover(ShardRange node, IntPredicate shards, List<ShardRange> nodes) {
    if (node.count() == 1) {
      if (shards.test(node.first())) {
        nodes.add(node);
      }
      return;
    }
    int before = nodes.size();
    addCover(left(node), shards, nodes);
    addCover(right(node), shards, nodes);
    List<ShardRange> added = nodes.subList(before, nodes.size());
    if (added.equals(List.of(left(node), right(node)))) {
      added.clear();
      nodes.add(node);
    }
  }

  /**
   * The nodes of one learner's share: neighboring shards, as many for each learner, up to 1. A
   * learner beyond the number of shards has none.
   *
   * @param learner counted from 0
   */
  public List<ShardRange> share(int learner, int numLearners) {
    int from = part(learner, numLearners, numShards);
    int to = part(learner + 1, numLearners, numShards);
    return cover(shard -> shard >= from && shard < to);
  }

  /** The number of the first sample of a range of shards in a batch. */
  public int firstSample(ShardRange range, int numSamples) {
    return part(range.first(), numShards, numSamples);
  }

  /** The number after the last sample of a range of shards in a batch. */
  public int endSample(ShardRange range, int numSamples) {
    return part(range.end(), numShards, numSamples);
  }

  /** The start of part {@code index} of {@code n} things that are divided into parts. */
  private static int part(int index, int parts, int n) {
    return (int) ((long) index * n / parts);
  }
}
