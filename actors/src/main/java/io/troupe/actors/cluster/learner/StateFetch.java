package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.link.CoordinatorLink;
import io.troupe.actors.cluster.protocol.ControlMessage.RequestState;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import java.time.Duration;
import java.util.List;

/** Requests the state of a learner from one peer after the other. */
final class StateFetch {
  private final NodeId self;
  private final Environment environment;
  private final CoordinatorLink link;
  private final Duration deadline;
  private final Runnable onGivenUp;
  private List<NodeId> peers = List.of();
  private int next;
  private boolean isRunning;
  private Environment.Timer timer = () -> {};

  /**
   * A fetch.
   *
   * @param deadline of each peer
   * @param onGivenUp is called when no peer has answered
   */
  StateFetch(
      NodeId self,
      Environment environment,
      CoordinatorLink link,
      Duration deadline,
      Runnable onGivenUp) {
    this.self = self;
    this.environment = environment;
    this.link = link;
    this.deadline = deadline;
    this.onGivenUp = onGivenUp;
  }

  boolean isRunning() {
    return isRunning;
  }

  void start(List<NodeId> newPeers) {
    peers = newPeers;
    next = 0;
    isRunning = true;
    request();
  }

  /** The learners have changed: one that is gone is not waited for. */
  void onLearners(List<NodeId> learners) {
    if (isRunning && !learners.contains(peers.get(next - 1))) {
      timer.cancel();
      peers = learners;
      next = 0;
      request();
    }
  }

  private void request() {
    if (next == peers.size()) {
      isRunning = false;
      onGivenUp.run();
      return;
    }
    environment.send(peers.get(next), new RequestState(link.epoch(), self));
    next++;
    timer = environment.after(deadline, this::request);
  }

  /** A state has arrived, or is not needed any more. */
  void stop() {
    timer.cancel();
    isRunning = false;
  }
}
