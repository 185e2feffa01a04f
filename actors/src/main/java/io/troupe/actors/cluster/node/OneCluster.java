package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.system.CoordinatorNodes;
import io.troupe.actors.cluster.system.NodeAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches that the coordinator nodes form one cluster. A node that is started again while it cannot
 * reach the others may form a second one, and would never take over from the others. It is noticed
 * because the coordinator, which writes to the logs of all nodes, is not in the node's cluster.
 */
final class OneCluster {
  private static final Logger LOG = LoggerFactory.getLogger(OneCluster.class);

  private final CoordinatorNodes nodes;
  private final Duration limit;
  private List<NodeAddress> shown = List.of();
  private long separateSinceNs = -1; // -1: not separate

  /**
   * Watches the cluster of a node.
   *
   * @param limit how long the coordinator may be outside
   */
  OneCluster(CoordinatorNodes nodes, Duration limit) {
    this.nodes = nodes;
    this.limit = limit;
  }

  /**
   * Looks at the members, and logs changes.
   *
   * @param leader the coordinator that this node follows, if any
   * @throws IllegalStateException if it has been outside the node's cluster for too long
   */
  void look(Optional<NodeAddress> leader, long nowNs) {
    List<NodeAddress> members = nodes.members();
    if (!members.equals(shown)) {
      LOG.info("coordinator nodes in contact: {}", members);
      shown = members;
    }
    if (leader.isEmpty() || !nodes.isWithout(leader.get())) {
      separateSinceNs = -1;
    } else if (separateSinceNs < 0) {
      separateSinceNs = nowNs;
    } else if (nowNs - separateSinceNs > limit.toNanos()) {
      throw new IllegalStateException(
          ("the coordinator nodes have formed two clusters, and the coordinator of the run, %s, is"
                  + " not in that of this node, which ends: started again, it joins the other one")
              .formatted(leader.get()));
    }
  }
}
