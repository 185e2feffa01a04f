/**
 * Gradients of a batch in shards, whose sum has the same bits whoever computes them. {@link
 * io.troupe.training.shard.ShardTree} defines the order of summation, a {@link
 * io.troupe.training.shard.ShardRange} is a node of that tree, and a {@link
 * io.troupe.training.shard.ShardSum} is the sum below a node: it is computed here or received from
 * a peer. {@link io.troupe.training.shard.GradientLayout} arranges the gradients of all parameters
 * in one buffer.
 */
package io.troupe.training.shard;
