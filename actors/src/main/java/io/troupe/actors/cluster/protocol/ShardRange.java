package io.troupe.actors.cluster.protocol;

/**
 * Consecutive gradient shards of a batch.
 *
 * @param first number of the first shard, from 0
 * @param count number of shards, at least 1
 */
public record ShardRange(int first, int count) {

  /** Checks the ranges. */
  public ShardRange {
    Bounds.atLeast("first shard", first, 0);
    Bounds.atLeast("number of shards", count, 1);
    Bounds.atLeast("shards up to the end", (long) Integer.MAX_VALUE - first, count);
  }

  /** The number after the last shard. */
  public int end() {
    return first + count;
  }
}
