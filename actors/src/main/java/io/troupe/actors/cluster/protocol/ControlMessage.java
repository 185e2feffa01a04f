package io.troupe.actors.cluster.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;

/**
 * A message of ids, numbers and short texts. It may be lost, late, doubled or reordered: a receiver
 * repeats it or can do without.
 *
 * <p>{@code epoch} is that of the sending coordinator, or the newest that another sender knows (0:
 * none). Nodes reject messages of coordinators with an older epoch than they know. A coordinator
 * that receives a newer epoch resigns.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @Type(name = "rollout-hello", value = ControlMessage.RolloutHello.class),
  @Type(name = "reward-hello", value = ControlMessage.RewardHello.class),
  @Type(name = "learner-hello", value = ControlMessage.LearnerHello.class),
  @Type(name = "leaving", value = ControlMessage.Leaving.class),
  @Type(name = "decoded", value = ControlMessage.Decoded.class),
  @Type(name = "decoding-failed", value = ControlMessage.DecodingFailed.class),
  @Type(name = "step-trained", value = ControlMessage.StepTrained.class),
  @Type(name = "training-failed", value = ControlMessage.TrainingFailed.class),
  @Type(name = "weights-ready", value = ControlMessage.WeightsReady.class),
  @Type(name = "checkpoint-saved", value = ControlMessage.CheckpointSaved.class),
  @Type(name = "finished", value = ControlMessage.Finished.class),
  @Type(name = "welcome", value = ControlMessage.Welcome.class),
  @Type(name = "assign", value = ControlMessage.Assign.class),
  @Type(name = "revoke", value = ControlMessage.Revoke.class),
  @Type(name = "received", value = ControlMessage.Received.class),
  @Type(name = "accepted", value = ControlMessage.Accepted.class),
  @Type(name = "view", value = ControlMessage.View.class),
  @Type(name = "new-version", value = ControlMessage.NewVersion.class),
  @Type(name = "step-committed", value = ControlMessage.StepCommitted.class),
  @Type(name = "finish", value = ControlMessage.Finish.class),
  @Type(name = "shutdown", value = ControlMessage.Shutdown.class),
  @Type(name = "request-weights", value = ControlMessage.RequestWeights.class),
  @Type(name = "no-weights", value = ControlMessage.NoWeights.class),
  @Type(name = "request-state", value = ControlMessage.RequestState.class),
})
public sealed interface ControlMessage {

  /** The epoch that the sender knows; 0 if none. */
  long epoch();

  /** Messages that the coordinator handles. */
  sealed interface ToCoordinator extends ControlMessage {
    /** The sender. */
    NodeId node();
  }

  /** Messages that rollout nodes handle. */
  sealed interface ToRollout extends ControlMessage {}

  /** Messages that reward nodes handle. */
  sealed interface ToReward extends ControlMessage {}

  /** Messages that learners handle. */
  sealed interface ToLearner extends ControlMessage {}

  // ---- to the coordinator --------------------------------------------------------------------

  /**
   * Registers a rollout node and renews its lease. Repeated.
   *
   * @param policyVersion version of its weights; -1 before the first
   * @param credits number of groups that it decodes at once; 0 if it only receives weights
   * @param held groups that it decodes, or has sampled and still keeps; at most 8192
   */
  record RolloutHello(
      long epoch, NodeId node, long policyVersion, int credits, List<HeldGroup> held)
      implements ToCoordinator {
    /** Checks the ranges. */
    public RolloutHello {
      Bounds.sender(epoch, node);
      Bounds.atLeast("policy version", policyVersion, -1);
      Bounds.atLeast("credits", credits, 0);
      held = Bounds.list("held groups", held, Bounds.MAX_HELD);
    }
  }

  /**
   * Registers a reward node and renews its lease. Repeated.
   *
   * @param held groups that it scores, or has scored and still keeps; at most 8192
   */
  record RewardHello(long epoch, NodeId node, List<HeldGroup> held) implements ToCoordinator {
    /** Checks the ranges. */
    public RewardHello {
      Bounds.sender(epoch, node);
      held = Bounds.list("held groups", held, Bounds.MAX_HELD);
    }
  }

  /**
   * Registers a learner and renews its lease. Repeated.
   *
   * @param step steps that it has trained; -1 before it has any state
   * @param checksum of its weights after that step
   * @param nextRecord index of the record of the log that it needs next; the log host sends from
   *     there
   * @param keepsRun whether its run directory is that of the run; such a learner is preferred as
   *     the primary
   */
  record LearnerHello(
      long epoch, NodeId node, long step, long checksum, long nextRecord, boolean keepsRun)
      implements ToCoordinator {
    /** Checks the ranges. */
    public LearnerHello {
      Bounds.sender(epoch, node);
      Bounds.atLeast("step", step, -1);
      Bounds.atLeast("next record", nextRecord, 0);
    }
  }

  /** A node leaves in an orderly way, with all its roles; its groups are issued again at once. */
  record Leaving(long epoch, NodeId node) implements ToCoordinator {
    /** Checks the ranges. */
    public Leaving {
      Bounds.sender(epoch, node);
    }
  }

  /** A rollout node has sampled a group and has begun to send it to the reward node. */
  record Decoded(long epoch, NodeId node, long groupId, int attempt) implements ToCoordinator {
    /** Checks the ranges. */
    public Decoded {
      Bounds.sender(epoch, node);
      Bounds.group(groupId, attempt);
    }
  }

  /** A rollout node cannot sample a group; this counts as an attempt of the group. */
  record DecodingFailed(long epoch, NodeId node, long groupId, int attempt, String reason)
      implements ToCoordinator {
    /** Checks the ranges. */
    public DecodingFailed {
      Bounds.sender(epoch, node);
      Bounds.group(groupId, attempt);
      reason = Bounds.text("reason", reason);
    }
  }

  /**
   * A learner has trained a step. The first such message commits the step; the coordinator compares
   * the checksums of the others.
   *
   * @param step the step, from 1; also the version of the weights after it
   * @param checksum of the weights
   * @param nextRecord index of the record that the learner needs next
   * @param samplesTrained completions of the batch that had a score
   * @param metrics of the step
   */
  record StepTrained(
      long epoch,
      NodeId node,
      long step,
      long checksum,
      long nextRecord,
      int samplesTrained,
      Map<String, Double> metrics)
      implements ToCoordinator {
    /** Checks the ranges. */
    public StepTrained {
      Bounds.sender(epoch, node);
      Bounds.atLeast("step", step, 1);
      Bounds.atLeast("next record", nextRecord, 0);
      Bounds.atLeast("samples trained", samplesTrained, 0);
      metrics = Bounds.metrics("metrics", metrics);
    }
  }

  /** A learner cannot train a step, for instance because its loss is not finite. */
  record TrainingFailed(long epoch, NodeId node, long step, String reason)
      implements ToCoordinator {
    /** Checks the ranges. */
    public TrainingFailed {
      Bounds.sender(epoch, node);
      Bounds.atLeast("step", step, 0);
      reason = Bounds.text("reason", reason);
    }
  }

  /** A node has a version of the weights, uses it, and can be a source of it. */
  record WeightsReady(long epoch, NodeId node, long version) implements ToCoordinator {
    /** Checks the ranges. */
    public WeightsReady {
      Bounds.sender(epoch, node);
      Bounds.atLeast("version", version, 0);
    }
  }

  /**
   * The primary learner has saved a checkpoint.
   *
   * @param nextRecord index of the first record that a learner needs after loading it
   */
  record CheckpointSaved(long epoch, NodeId node, long step, long nextRecord)
      implements ToCoordinator {
    /** Checks the ranges. */
    public CheckpointSaved {
      Bounds.sender(epoch, node);
      Bounds.atLeast("step", step, 0);
      Bounds.atLeast("next record", nextRecord, 0);
    }
  }

  /** The primary learner has done what {@link Finish} requests. */
  record Finished(long epoch, NodeId node, long step, Map<String, Double> summary)
      implements ToCoordinator {
    /** Checks the ranges. */
    public Finished {
      Bounds.sender(epoch, node);
      Bounds.atLeast("step", step, 0);
      summary = Bounds.metrics("summary", summary);
    }
  }

  // ---- from the coordinator ------------------------------------------------------------------

  /**
   * Answers a hello. A node that hears none for the duration of a lease looks for another
   * coordinator.
   *
   * @param coordinator the sender, and the host of the log
   * @param step steps committed so far
   * @param firstRecord index of the oldest record in the log; older ones are purged
   */
  record Welcome(long epoch, NodeId coordinator, long step, long firstRecord)
      implements ToRollout, ToReward, ToLearner {
    /** Checks the ranges. */
    public Welcome {
      Bounds.coordinator(epoch);
      Bounds.present("coordinator", coordinator);
      Bounds.atLeast("step", step, 0);
      Bounds.atLeast("first record", firstRecord, 0);
    }
  }

  /**
   * Assigns a group to a rollout node. The node derives prompt and seed from the id. A node that
   * already holds samples of the group sends those.
   *
   * @param attempt number of the assignment in this epoch
   * @param minVersion oldest version of the weights that may sample a token of it; a node with
   *     older ones waits for the next
   * @param reward node that scores it
   */
  record Assign(long epoch, long groupId, int attempt, long minVersion, NodeId reward)
      implements ToRollout {
    /** Checks the ranges. */
    public Assign {
      Bounds.coordinator(epoch);
      Bounds.group(groupId, attempt);
      Bounds.atLeast("minimum version", minVersion, 0);
      Bounds.present("reward", reward);
    }
  }

  /** Takes a group from a rollout or reward node, which forgets it. */
  record Revoke(long epoch, long groupId, int attempt) implements ToRollout, ToReward {
    /** Checks the ranges. */
    public Revoke {
      Bounds.coordinator(epoch);
      Bounds.group(groupId, attempt);
    }
  }

  /**
   * The next node has the content of a group: reward node to rollout node, and coordinator to
   * reward node. The sender of the content keeps it, but stops repeating it in this epoch.
   */
  record Received(long epoch, long groupId, int attempt) implements ToRollout, ToReward {
    /** Checks the ranges. */
    public Received {
      Bounds.atLeast("epoch", epoch, 0);
      Bounds.group(groupId, attempt);
    }
  }

  /** A group needs nothing more from this node, which forgets it. */
  record Accepted(long epoch, long groupId) implements ToRollout, ToReward {
    /** Checks the ranges. */
    public Accepted {
      Bounds.coordinator(epoch);
      Bounds.group(groupId, 0);
    }
  }

  /**
   * The learners of the run. It only divides work: a wrong idea of it costs time, never results.
   *
   * @param number grows with each change in an epoch
   * @param learners those that compute shards, in order
   * @param observers those that only receive the gradients, because they are not caught up
   * @param primary writes the files of the run
   */
  record View(
      long epoch, long number, List<NodeId> learners, List<NodeId> observers, NodeId primary)
      implements ToLearner {
    /** Checks the ranges. */
    public View {
      Bounds.coordinator(epoch);
      Bounds.atLeast("number", number, 0);
      learners = Bounds.list("learners", learners, Bounds.MAX_LEARNERS);
      observers = Bounds.list("observers", observers, Bounds.MAX_LEARNERS);
      Bounds.present("primary", primary);
    }
  }

  /**
   * A version of the weights exists, and this node may pull it.
   *
   * @param checksum of the weights
   * @param sources nodes that have it, in the order in which to ask; at least 1, at most 64
   */
  record NewVersion(long epoch, long version, long checksum, List<NodeId> sources)
      implements ToRollout {
    /** Checks the ranges. */
    public NewVersion {
      Bounds.coordinator(epoch);
      Bounds.atLeast("version", version, 0);
      sources = Bounds.list("sources", sources, Bounds.MAX_SOURCES);
      Bounds.atLeast("number of sources", sources.size(), 1);
    }
  }

  /**
   * A step is committed.
   *
   * @param metrics of the coordinator for this step
   */
  record StepCommitted(long epoch, long step, long checksum, Map<String, Double> metrics)
      implements ToLearner {
    /** Checks the ranges. */
    public StepCommitted {
      Bounds.coordinator(epoch);
      Bounds.atLeast("step", step, 1);
      metrics = Bounds.metrics("metrics", metrics);
    }
  }

  /**
   * No step follows this one. The primary learner saves a checkpoint, or after the last step of the
   * run the final model, and answers with {@link Finished}. Repeated.
   */
  record Finish(long epoch, long step) implements ToLearner {
    /** Checks the ranges. */
    public Finish {
      Bounds.coordinator(epoch);
      Bounds.atLeast("step", step, 0);
    }
  }

  /**
   * The run has ended.
   *
   * @param reason one line; empty after a run that trained all its steps or was stopped on request
   */
  record Shutdown(long epoch, String reason) implements ToRollout, ToReward, ToLearner {
    /** Checks the ranges. */
    public Shutdown {
      Bounds.coordinator(epoch);
      reason = Bounds.text("reason", reason);
    }
  }

  // ---- between nodes -------------------------------------------------------------------------

  /** Requests a version of the weights, to be answered by {@link BulkMessage.WeightsVersion}. */
  record RequestWeights(long epoch, NodeId node, long version) implements ToLearner, ToRollout {
    /** Checks the ranges. */
    public RequestWeights {
      Bounds.sender(epoch, node);
      Bounds.atLeast("version", version, 0);
    }
  }

  /** The asked node does not have this version of the weights. */
  record NoWeights(long epoch, NodeId node, long version) implements ToRollout {
    /** Checks the ranges. */
    public NoWeights {
      Bounds.sender(epoch, node);
      Bounds.atLeast("version", version, 0);
    }
  }

  /** Requests the state of a learner, to be answered by {@link BulkMessage.TrainingState}. */
  record RequestState(long epoch, NodeId node) implements ToLearner {
    /** Checks the ranges. */
    public RequestState {
      Bounds.sender(epoch, node);
    }
  }
}
