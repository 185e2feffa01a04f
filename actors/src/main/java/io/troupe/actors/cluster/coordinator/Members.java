package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.ControlMessage.ToCoordinator;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** The registered nodes, by role. */
final class Members {
  final Registry<RolloutMember> rollouts;
  final Registry<RewardMember> rewards;
  final Registry<LearnerMember> learners;
  private final Outbox outbox;
  private int nextId;

  Members(Outbox outbox, CoordinatorSettings settings) {
    long leaseNs = settings.deadlines().lease().toNanos();
    this.outbox = outbox;
    this.rollouts = new Registry<>(leaseNs);
    this.rewards = new Registry<>(leaseNs);
    this.learners = new Registry<>(leaseNs);
  }

  /**
   * Renews the lease of a member, or registers it. An older start of the process is gone.
   *
   * @param create creates a member with an id
   * @param gone is called with the older start
   * @return empty if a newer start of the process is registered
   */
  <M extends Member> Optional<M> register(
      Registry<M> registry, NodeId node, IntFunction<M> create, Consumer<M> gone) {
    Optional<M> known = registry.named(node.name());
    if (known.isPresent() && known.get().node.incarnation() > node.incarnation()) {
      outbox.reject(Rejection.UNKNOWN_NODE);
      return Optional.empty();
    }
    known.filter(member -> !member.node.equals(node)).ifPresent(gone);
    M member = registry.find(node).orElseGet(() -> create.apply(nextId++));
    registry.renew(member, outbox.nowNs());
    return Optional.of(member);
  }

  /** The sender of a message, if it is registered. */
  <M extends Member> Optional<M> sender(Registry<M> registry, ToCoordinator message) {
    Optional<M> member = registry.find(message.node());
    if (member.isEmpty()) {
      outbox.reject(Rejection.UNKNOWN_NODE);
    }
    return member;
  }

  /** All leases begin again, because this process was paused and has heard nobody. */
  void renewAll() {
    long now = outbox.nowNs();
    rollouts.renewAll(now);
    rewards.renewAll(now);
    learners.renewAll(now);
  }

  int size() {
    return rollouts.size() + rewards.size() + learners.size();
  }
}
