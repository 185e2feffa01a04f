package io.troupe.training.shard;

/**
 * The neighboring shards {@code [first, first + count)}.
 *
 * @param first number of the first shard, at least 0
 * @param count at least 1
 */
public record ShardRange(int first, int count) {

  /** Checks the bounds. */
  public ShardRange {
    if (first < 0 || count < 1 || first > Integer.MAX_VALUE - count) {
      throw new IllegalArgumentException(
          "range of shards must have first >= 0 and count >= 1, got first %d and count %d"
              .formatted(first, count));
    }
  }

  /** The number after the last shard. */
  public int end() {
    return first + count;
  }

  /** Whether every shard of another range is in this one. */
  public boolean contains(ShardRange other) {
    return first <= other.first && other.end() <= end();
  }

  @Override
  public String toString() {
    return "[" + first + ", " + end() + ")";
  }
}
