package io.troupe.actors.cluster.coordinator;

import java.time.Duration;

/**
 * The end of a run waits for nodes that only follow its weights: the learners, from which they get
 * the last version, end with the run. For a limited time, and never while the run goes on.
 */
final class LastWeights {
  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  private final Outbox outbox;
  private final Registry<RolloutMember> rollouts;
  private final WeightOffers offers;
  private final long maxWaitNs;
  private boolean isWaiting;
  private long sinceNs;

  LastWeights(
      Outbox outbox,
      Registry<RolloutMember> rollouts,
      WeightOffers offers,
      CoordinatorSettings settings) {
    this.outbox = outbox;
    this.rollouts = rollouts;
    this.offers = offers;
    this.maxWaitNs = Math.min(MAX_WAIT.toNanos(), settings.deadlines().weights().toNanos());
  }

  /** Whether each follower has the last version, or does not get it in time; after the end. */
  boolean areDelivered() {
    if (!isWaiting) {
      isWaiting = true;
      sinceNs = outbox.nowNs();
    }
    return outbox.nowNs() - sinceNs >= maxWaitNs
        || rollouts.all().stream().noneMatch(this::isBehind);
  }

  private boolean isBehind(RolloutMember member) {
    return member.isFollower() && member.policyVersion < offers.version();
  }
}
