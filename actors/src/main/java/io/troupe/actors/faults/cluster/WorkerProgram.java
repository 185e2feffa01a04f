package io.troupe.actors.faults.cluster;

import io.troupe.actors.cluster.link.WorkerCore;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import java.util.List;

/** A node with a rollout, reward or learner core. */
record WorkerProgram(WorkerCore<?, ?> core) implements NodeProgram {
  @Override
  public void start() {
    core.start();
  }

  @Override
  public void receive(ControlMessage message) {
    core.receive(message);
  }

  @Override
  public void receive(BulkMessage message) {
    core.receive(message);
  }

  @Override
  public void coordinators(List<NodeId> nodes) {
    core.coordinators(nodes);
  }

  @Override
  public long numOldEpochs() {
    return core.rejections().of(Rejection.OLD_EPOCH);
  }
}
