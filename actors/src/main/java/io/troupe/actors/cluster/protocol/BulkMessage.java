package io.troupe.actors.cluster.protocol;

import io.troupe.log.store.LogEntry;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.shard.ShardRange;
import java.util.List;

/**
 * Content between nodes: samples, scores, records of the log, gradients, weights. The transport
 * checks size and checksum before a receiver gets it; it may be lost, late, doubled or reordered.
 */
public sealed interface BulkMessage {

  /** Content that the coordinator, as the host of the log, handles. */
  sealed interface ToCoordinator extends BulkMessage {}

  /** Content that rollout nodes handle. */
  sealed interface ToRollout extends BulkMessage {}

  /** Content that reward nodes handle. */
  sealed interface ToReward extends BulkMessage {}

  /** Content that learners handle. */
  sealed interface ToLearner extends BulkMessage {}

  /**
   * Samples of a group, from a rollout node to a reward node. Repeated until it is received.
   *
   * @param epoch of the assignment
   * @param attempt of the assignment
   * @param group the samples
   * @param sampledBy the sender
   */
  record Sampled(long epoch, int attempt, SampledGroup group, NodeId sampledBy)
      implements ToReward {
    /** Checks the ranges. */
    public Sampled {
      Bounds.sender(epoch, sampledBy);
      Bounds.group(group.spec().groupId(), attempt);
    }
  }

  /**
   * Scores of a group, from a reward node to the host of the log. Repeated until it is received.
   *
   * @param epoch of the assignment
   * @param attempt of the assignment
   * @param group samples and scores
   * @param sampledBy the rollout node
   * @param scoredBy the sender
   */
  record Scored(long epoch, int attempt, ScoredGroup group, NodeId sampledBy, NodeId scoredBy)
      implements ToCoordinator {
    /** Checks the ranges. */
    public Scored {
      Bounds.sender(epoch, scoredBy);
      Bounds.present("rollout node", sampledBy);
      Bounds.group(group.group().spec().groupId(), attempt);
    }
  }

  /**
   * Committed records of the log, from its host to a learner.
   *
   * @param epoch of the coordinator that sends them
   * @param entries consecutive, at least one
   */
  record Records(long epoch, List<LogEntry> entries) implements ToLearner {
    /** Checks the ranges and copies the list. */
    public Records {
      Bounds.coordinator(epoch);
      entries = List.copyOf(entries);
      Bounds.atLeast("number of records", entries.size(), 1);
      for (int i = 1; i < entries.size(); i++) {
        if (entries.get(i).index() != entries.getFirst().index() + i) {
          throw new IllegalArgumentException(
              "records must be consecutive from %d, got %d at %d"
                  .formatted(entries.getFirst().index(), entries.get(i).index(), i));
        }
      }
    }
  }

  /**
   * The gradient of a node of the tree over the shards of a batch, or a part of it, between
   * learners. It is a function of the weights before the step, the batch and the shards.
   *
   * @param step the step, from 1
   * @param iteration optimizer step in it, from 0
   * @param baseChecksum of the weights before the step; a learner with others rejects the gradient
   * @param shards the shards that it sums
   * @param part number of this part, from 0
   * @param numParts number of parts of the whole gradient, at least 1
   * @param data gradients and values per token, in the layout of the trainer
   */
  record ShardGradient(
      long step,
      int iteration,
      long baseChecksum,
      ShardRange shards,
      int part,
      int numParts,
      Payload data)
      implements ToLearner {
    /** Checks the ranges. */
    public ShardGradient {
      Bounds.atLeast("step", step, 1);
      Bounds.atLeast("iteration", iteration, 0);
      Bounds.present("shards", shards);
      Bounds.atLeast("part", part, 0);
      Bounds.atLeast("number of parts", numParts, part + 1L);
      Bounds.present("data", data);
    }
  }

  /**
   * One version of the weights, complete, from a learner or rollout node to a rollout node.
   *
   * @param version number of trained steps
   * @param checksum of the weights, as learners report it for the step
   * @param data manifest and tensors, in the layout of the sender of weights
   */
  record WeightsVersion(long version, long checksum, Payload data) implements ToRollout {
    /** Checks the ranges. */
    public WeightsVersion {
      Bounds.atLeast("version", version, 0);
      Bounds.present("data", data);
    }
  }

  /**
   * The complete state of a learner between two steps, from a learner to another.
   *
   * @param step steps trained
   * @param checksum of the weights
   * @param nextRecord index of the record that follows
   * @param data weights, optimizer and counters, in the layout of the trainer
   */
  record TrainingState(long step, long checksum, long nextRecord, Payload data)
      implements ToLearner {
    /** Checks the ranges. */
    public TrainingState {
      Bounds.atLeast("step", step, 0);
      Bounds.atLeast("next record", nextRecord, 0);
      Bounds.present("data", data);
    }
  }
}
