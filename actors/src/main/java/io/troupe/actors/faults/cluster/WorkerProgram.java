package io.troupe.actors.faults.cluster;

import io.troupe.actors.cluster.learner.LearnerCore;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.protocol.Rejections;
import io.troupe.actors.cluster.reward.RewardCore;
import io.troupe.actors.cluster.rollout.RolloutCore;
import java.util.List;

/** A node with a rollout, reward or learner core. */
sealed interface WorkerProgram extends NodeProgram {

  /** Messages that its core has ignored. */
  Rejections rejections();

  @Override
  default long numOldEpochs() {
    return rejections().of(Rejection.OLD_EPOCH);
  }

  /** A rollout node. */
  record Rollout(RolloutCore core) implements WorkerProgram {
    @Override
    public void start() {
      core.start();
    }

    @Override
    public void receive(ControlMessage message) {
      if (message instanceof ControlMessage.ToRollout mine) {
        core.on(mine);
      }
    }

    @Override
    public void receive(BulkMessage message) {
      if (message instanceof BulkMessage.ToRollout mine) {
        core.on(mine);
      }
    }

    @Override
    public void coordinators(List<NodeId> nodes) {
      core.coordinators(nodes);
    }

    @Override
    public Rejections rejections() {
      return core.rejections();
    }
  }

  /** A reward node. */
  record Reward(RewardCore core) implements WorkerProgram {
    @Override
    public void start() {
      core.start();
    }

    @Override
    public void receive(ControlMessage message) {
      if (message instanceof ControlMessage.ToReward mine) {
        core.on(mine);
      }
    }

    @Override
    public void receive(BulkMessage message) {
      if (message instanceof BulkMessage.ToReward mine) {
        core.on(mine);
      }
    }

    @Override
    public void coordinators(List<NodeId> nodes) {
      core.coordinators(nodes);
    }

    @Override
    public Rejections rejections() {
      return core.rejections();
    }
  }

  /** A learner. */
  record Learner(LearnerCore core) implements WorkerProgram {
    @Override
    public void start() {
      core.start();
    }

    @Override
    public void receive(ControlMessage message) {
      if (message instanceof ControlMessage.ToLearner mine) {
        core.on(mine);
      }
    }

    @Override
    public void receive(BulkMessage message) {
      if (message instanceof BulkMessage.ToLearner mine) {
        core.on(mine);
      }
    }

    @Override
    public void coordinators(List<NodeId> nodes) {
      core.coordinators(nodes);
    }

    @Override
    public Rejections rejections() {
      return core.rejections();
    }
  }
}
