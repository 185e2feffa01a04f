package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The members of one role, with leases. The time to renew or to end a lease does not depend on the
 * number of members.
 *
 * @param <M> type of the members
 */
final class Registry<M extends Member> {
  private final long leaseNs;
  private final Map<String, M> members = new LinkedHashMap<>(); // by the end of their leases

  Registry(long leaseNs) {
    this.leaseNs = leaseNs;
  }

  /** The member that is this start of the process. */
  Optional<M> find(NodeId node) {
    M member = members.get(node.name());
    return member != null && member.node.equals(node) ? Optional.of(member) : Optional.empty();
  }

  /** The member with a name, whichever start of the process. */
  Optional<M> named(String name) {
    return Optional.ofNullable(members.get(name));
  }

  /** Adds a member, or renews its lease. */
  void renew(M member, long nowNs) {
    member.leaseEndNs = nowNs + leaseNs;
    members.remove(member.node.name());
    members.put(member.node.name(), member);
  }

  void remove(M member) {
    members.remove(member.node.name(), member);
  }

  /** The members whose leases have ended. */
  List<M> expired(long nowNs) {
    List<M> expired = new ArrayList<>();
    for (M member : members.values()) {
      if (nowNs - member.leaseEndNs < 0) {
        break;
      }
      expired.add(member);
    }
    return expired;
  }

  /** All leases begin again, because this process was paused and has heard nobody. */
  void renewAll(long nowNs) {
    List.copyOf(members.values()).forEach(member -> renew(member, nowNs));
  }

  /** All members, in the order in which their leases end. */
  Collection<M> all() {
    return members.values();
  }

  int size() {
    return members.size();
  }
}
