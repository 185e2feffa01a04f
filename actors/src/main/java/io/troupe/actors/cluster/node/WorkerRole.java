package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.link.WorkerCore;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import java.util.List;

/**
 * A learner, rollout or reward core in the hands of its actor.
 *
 * @param core the core
 * @param release ends its work, after it has left the run
 */
record WorkerRole(WorkerCore<?, ?> core, Runnable release) implements RoleActor.Core {

  /** Starts a core that knows the coordinator nodes. */
  static WorkerRole started(WorkerCore<?, ?> core, List<NodeId> coordinators, Runnable release) {
    core.coordinators(coordinators);
    core.start();
    return new WorkerRole(core, release);
  }

  @Override
  public void control(ControlMessage message) {
    core.receive(message);
  }

  @Override
  public void bulk(BulkMessage message) {
    core.receive(message);
  }

  @Override
  public void arriving() {
    core.arriving();
  }

  @Override
  public void stop() {
    core.leave();
    release.run();
  }
}
