package io.troupe.training.shard;

/**
 * Two sums of the same shards differ. Sums are functions of the weights and the batch, so one of
 * the learners has other weights, another batch or faulty hardware.
 */
public final class ShardDifferenceException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  ShardDifferenceException(ShardRange range) {
    super(
        "sums of shards %s must be equal bit for bit, got two different ones; compare the weights of the learners"
            .formatted(range));
  }
}
