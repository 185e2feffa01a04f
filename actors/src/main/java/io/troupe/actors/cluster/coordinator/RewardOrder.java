package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.link.Avoided;
import io.troupe.actors.cluster.protocol.Environment;
import java.time.Duration;
import java.util.Optional;

/**
 * The reward nodes in the order of their loads. A rollout node whose samples did not reach one of
 * them gets others for a while: the network between the two may be cut, although the coordinator
 * hears from both.
 */
final class RewardOrder {
  /** Time for samples to reach a reward node, in times of the silence of a node. */
  private static final int TRANSFER = 2;

  private final Environment environment;
  private final long silenceNs;
  private final LoadOrder<RewardMember> order =
      new LoadOrder<>(m -> m.queuedLoad, (m, load) -> m.queuedLoad = load);
  private final Avoided<Link> cut;

  /** A way that samples take. */
  private record Link(RolloutMember rollout, RewardMember reward) {}

  RewardOrder(Environment environment, Duration silence) {
    this.environment = environment;
    this.silenceNs = silence.toNanos();
    this.cut = new Avoided<>(environment, silence);
  }

  /** Puts a node at its place. */
  void put(RewardMember reward) {
    order.put(reward, reward.groups.size());
  }

  void remove(RewardMember reward) {
    order.remove(reward);
  }

  boolean isEmpty() {
    return order.least().isEmpty();
  }

  /** The node for the samples of a rollout node. */
  Optional<RewardMember> bestFor(RolloutMember rollout) {
    return reachedBy(rollout).or(order::least);
  }

  /** The same, without those that the rollout node has not reached lately. */
  Optional<RewardMember> reachedBy(RolloutMember rollout) {
    return order.least(reward -> !cut.contains(new Link(rollout, reward)));
  }

  /** Whether samples that a rollout node has since a time should have reached their node. */
  boolean isOverdue(long sampledNs) {
    return environment.nanoTime() - sampledNs > TRANSFER * silenceNs;
  }

  /** Samples have not reached a node in time. */
  void notReached(RolloutMember rollout, RewardMember reward) {
    cut.add(new Link(rollout, reward));
  }
}
