package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.link.WorkerCore;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;

/**
 * A learner, rollout or reward core in the hands of its actor.
 *
 * @param core the core
 * @param release ends its work, after it has left the run
 */
record WorkerRole(WorkerCore<?, ?> core, Runnable release) implements RoleActor.Core {
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
