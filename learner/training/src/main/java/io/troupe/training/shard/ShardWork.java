package io.troupe.training.shard;

import io.troupe.tensor.GradientListener;

/**
 * The samples of one batch, by shard. Everything is a function of the weights and the batch, except
 * the numbers of tokens of samples that were neither computed nor put.
 */
public interface ShardWork {
  /** Whether a sample of some shards has a gradient that is not 0. Known from the batch alone. */
  boolean hasGradient(ShardRange shards);

  /**
   * Computes the numbers of the tokens of one shard, and adds the gradient of its samples to the
   * parameters.
   *
   * @param lastPass listens to the last backward pass
   */
  void accumulate(int shard, GradientListener lastPass);

  /** How many numbers the tokens of some shards have. Known from the batch alone. */
  int numTokenValues(ShardRange shards);

  /** The numbers of the tokens of some shards. */
  double[] tokenValues(ShardRange shards);

  /** Takes numbers that a peer has computed. */
  void putTokenValues(ShardRange shards, double[] values);
}
