package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.ControlMessage.View;
import io.troupe.actors.cluster.protocol.NodeId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The division of the learners into those that compute shards and those that catch up, and the
 * primary. The primary changes only when it is lost, cannot train or is far behind another one, or
 * when a learner that keeps the files of the run is there again.
 */
final class LearnerViews {
  private static final int MAX_LAG = 2;

  /** A primary that has begun at an older checkpoint must not keep all others waiting. */
  private static final int MAX_PRIMARY_LAG = 8;

  private final Outbox outbox;
  private final Registry<LearnerMember> learners;
  private LearnerMember primary; // null while there is none
  private List<NodeId> members = List.of();
  private List<NodeId> observers = List.of();
  private NodeId announcedPrimary;
  private long number;

  LearnerViews(Outbox outbox, Registry<LearnerMember> learners) {
    this.outbox = outbox;
    this.learners = learners;
  }

  /** The learner that writes the files of the run. */
  Optional<LearnerMember> primary() {
    return Optional.ofNullable(primary);
  }

  /** Whether the next batch has to wait, so that the primary records every step. */
  boolean isPrimaryBehind(long step) {
    return primary != null && primary.step >= 0 && primary.step < step - MAX_LAG + 1;
  }

  /** Updates the view after an event; all learners hear of a change. */
  void update(long step) {
    for (LearnerMember learner : learners.all()) {
      boolean canTrain = learner.failure.isEmpty() && learner.step >= 0;
      long least = learner.isCaughtUp ? step - MAX_LAG : step;
      learner.isCaughtUp = canTrain && learner.step >= least;
    }
    choosePrimary(step);
    List<NodeId> newMembers = nodes(true);
    List<NodeId> newObservers = nodes(false);
    NodeId newPrimary = primary == null ? null : primary.node;
    if (!newMembers.equals(members)
        || !newObservers.equals(observers)
        || newPrimary != null && !newPrimary.equals(announcedPrimary)) {
      members = newMembers;
      observers = newObservers;
      announcedPrimary = newPrimary;
      number++;
      learners.all().forEach(this::send);
    }
  }

  private void choosePrimary(long step) {
    boolean isHere = primary != null && !primary.isGone && primary.failure.isEmpty();
    Optional<LearnerMember> best =
        learners.all().stream()
            .filter(learner -> learner.failure.isEmpty() && learner.step >= 0)
            .min(
                Comparator.comparing((LearnerMember learner) -> !learner.isCaughtUp)
                    .thenComparing(learner -> !learner.keepsRun)
                    .thenComparingInt(learner -> learner.id));
    boolean isUsable =
        isHere
            && (primary.step >= step - MAX_PRIMARY_LAG
                || best.filter(learner -> learner.isCaughtUp).isEmpty());
    if (!isUsable) {
      primary = best.orElse(null);
    } else if (!primary.keepsRun && best.filter(learner -> learner.keepsRun).isPresent()) {
      primary = best.get();
    }
  }

  private List<NodeId> nodes(boolean caughtUp) {
    return learners.all().stream()
        .filter(learner -> learner.failure.isEmpty() && learner.isCaughtUp == caughtUp)
        .sorted(Comparator.comparingInt(learner -> learner.id))
        .map(learner -> learner.node)
        .toList();
  }

  /** Sends the view to a learner. */
  void send(LearnerMember learner) {
    if (announcedPrimary != null) {
      outbox.send(learner, new View(outbox.epoch(), number, members, observers, announcedPrimary));
    }
  }
}
