package io.troupe.actors.cluster.system;

import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** The Pekko cluster of the coordinator nodes, as one of them sees it. Thread-safe. */
public final class CoordinatorNodes {
  private final Cluster cluster;

  /** The cluster of a coordinator node. */
  public CoordinatorNodes(ActorSystem<?> system) {
    this.cluster = Cluster.get(system);
  }

  /** The nodes that are members, in order; empty until this node is one of them. */
  public List<NodeAddress> members() {
    if (cluster.selfMember().status() != MemberStatus.up()) {
      return List.of();
    }
    return known()
        .filter(member -> member.status() == MemberStatus.up())
        .map(CoordinatorNodes::address)
        .toList();
  }

  /**
   * Whether this node has joined a cluster that does not have another node. A cluster that is still
   * too small to choose a coordinator counts as well.
   */
  public boolean isWithout(NodeAddress other) {
    List<NodeAddress> known = known().map(CoordinatorNodes::address).toList();
    return known.contains(address(cluster.selfMember())) && !known.contains(other);
  }

  /** Members of any status. */
  private Stream<Member> known() {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false);
  }

  private static NodeAddress address(Member member) {
    Address address = member.address();
    return new NodeAddress(address.getHost().orElseThrow(), address.getPort().orElseThrow());
  }
}
