package io.troupe.actors.cluster.link;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.ControlMessage.Leaving;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejections;
import java.time.Duration;
import java.util.List;

/**
 * The common part of learner, rollout and reward cores: sends hellos to the coordinator, leaves the
 * run in an orderly way, and passes on the messages that the role handles.
 *
 * @param <C> the control messages that the role handles
 * @param <B> the content that the role handles
 */
public abstract class WorkerCore<C extends ControlMessage, B extends BulkMessage> {
  private final Class<C> control;
  private final Class<B> bulk;
  private final NodeId self;
  private final ClusterDeadlines deadlines;
  private final CoordinatorLink link;
  private final Ticks ticks;
  private final Rejections rejections = new Rejections();
  private boolean isStarted;
  private boolean isStopped;

  /** A core that has not started. */
  protected WorkerCore(
      NodeId self,
      ClusterDeadlines deadlines,
      Environment environment,
      Class<C> control,
      Class<B> bulk) {
    this.self = self;
    this.deadlines = deadlines;
    this.control = control;
    this.bulk = bulk;
    this.link = new CoordinatorLink(environment, deadlines);
    this.ticks = new Ticks(environment);
  }

  /** This node. */
  protected final NodeId self() {
    return self;
  }

  /** The way to the coordinator. */
  protected final CoordinatorLink link() {
    return link;
  }

  /** Whether the core has ended: later messages have no effect. */
  protected final boolean isStopped() {
    return isStopped;
  }

  /** Repeats an action until the end. */
  protected final void every(Duration delay, Runnable action) {
    ticks.every(delay, action);
  }

  /** Registers the node, and renews its lease. */
  protected abstract void sendHello();

  /** Handles a control message. */
  public abstract void on(C message);

  /** Handles content. */
  public abstract void on(B message);

  /** A part of a large content has arrived; called now and then until it is complete. */
  public void arriving() {}

  /** Begins to send hellos. */
  public void start() {
    isStarted = true;
    every(deadlines.hello(), this::sendHello);
  }

  /** Replaces the nodes that may become the coordinator. */
  public final void coordinators(List<NodeId> candidates) {
    if (link.candidates(candidates) && isStarted && !isStopped) {
      sendHello();
    }
  }

  /** Handles a control message, if it is for this role. */
  public final void receive(ControlMessage message) {
    if (control.isInstance(message)) {
      on(control.cast(message));
    }
  }

  /** Handles content, if it is for this role. */
  public final void receive(BulkMessage message) {
    if (bulk.isInstance(message)) {
      on(bulk.cast(message));
    }
  }

  /** Leaves the run in an orderly way: other nodes get its work at once. */
  public final void leave() {
    link.send(new Leaving(link.epoch(), self));
    stop();
  }

  /** Ends all timers; later messages have no effect. */
  public void stop() {
    isStopped = true;
    ticks.stop();
  }

  /** Messages that were ignored. */
  public final Rejections rejections() {
    return rejections;
  }
}
