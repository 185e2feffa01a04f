package io.troupe.actors.faults.work;

import io.troupe.actors.faults.plan.Scenario;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardTree;
import java.util.List;

/**
 * Training of a {@link HashModel} on one node, without a cluster: the weights that a log implies.
 *
 * @param scenario has the number of shards and iterations
 * @param weights the weights
 * @param updates number of updates so far, which stands for the state of the optimizer
 */
public record HashTraining(Scenario scenario, long weights, long updates) {
  /** Number of independent parts of a gradient. */
  static final int NUM_PARTS = 2;

  /** The start of a run. */
  public static HashTraining start(Scenario scenario) {
    return new HashTraining(scenario, HashModel.initialWeights(scenario.seed()), 0);
  }

  /** The state after a step. */
  public HashTraining next(List<ScoredGroup> batch) {
    HashTraining state = this;
    for (int i = 0; i < scenario.numIterations(); i++) {
      long[] gradient = new long[NUM_PARTS];
      for (int part = 0; part < NUM_PARTS; part++) {
        gradient[part] = state.gradient(batch, i, state.all(), part);
      }
      state = state.update(gradient);
    }
    return state;
  }

  /** All shards. */
  ShardRange all() {
    return new ShardRange(0, scenario.gradientShards());
  }

  /** A part of the gradient of a node of the tree. */
  long gradient(List<ScoredGroup> batch, int iteration, ShardRange shards, int part) {
    if (shards.count() == 1) {
      int samples = batch.stream().mapToInt(group -> group.scores().size()).sum();
      ShardTree tree = new ShardTree(scenario.gradientShards());
      int first = tree.firstSample(shards, samples);
      int end = tree.endSample(shards, samples);
      return HashModel.shardGradient(weights, iteration, batch, first, end) + part;
    }
    return HashModel.sum(
        gradient(batch, iteration, ShardTree.left(shards), part),
        gradient(batch, iteration, ShardTree.right(shards), part));
  }

  /** The state after an optimizer step. */
  HashTraining update(long[] gradient) {
    long updated = weights;
    for (long part : gradient) {
      updated = HashModel.update(updated, part + updates);
    }
    return new HashTraining(scenario, updated, updates + 1);
  }
}
