package io.troupe.actors.faults.work;

import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.actors.faults.plan.Scenario;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.shard.ShardRange;
import java.util.List;

/** The model of a learner: what training computes, without its time. */
public interface LearnerModel {
  /** Creates models. */
  @FunctionalInterface
  interface Factory {
    /** The model at the start of a run. */
    LearnerModel create(Scenario scenario);
  }

  /** A number that stands for the weights; equal only for equal weights. */
  long weights();

  /** The whole state. */
  Payload state();

  /** Replaces the whole state, also in the middle of a step. */
  void load(Payload state);

  /** Begins a step. */
  void begin(List<ScoredGroup> batch);

  /** Number of parts of the gradient of a node of the tree. */
  int numParts(ShardRange shards);

  /** Computes a part of the gradient of a node of the tree, in the current iteration. */
  Payload gradient(ShardRange shards, int part);

  /** Adds a part of a gradient from elsewhere; returns whether it matches the model. */
  boolean provide(ShardGradient gradient);

  /** Makes the optimizer step of the iteration. */
  void update();

  /** Ends the step. */
  void finish();
}
