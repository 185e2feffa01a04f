package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.BulkMessage.Scored;
import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.cluster.protocol.ControlMessage.CheckpointSaved;
import io.troupe.actors.cluster.protocol.ControlMessage.Decoded;
import io.troupe.actors.cluster.protocol.ControlMessage.DecodingFailed;
import io.troupe.actors.cluster.protocol.ControlMessage.Finished;
import io.troupe.actors.cluster.protocol.ControlMessage.LearnerHello;
import io.troupe.actors.cluster.protocol.ControlMessage.Leaving;
import io.troupe.actors.cluster.protocol.ControlMessage.RewardHello;
import io.troupe.actors.cluster.protocol.ControlMessage.RolloutHello;
import io.troupe.actors.cluster.protocol.ControlMessage.Shutdown;
import io.troupe.actors.cluster.protocol.ControlMessage.StepTrained;
import io.troupe.actors.cluster.protocol.ControlMessage.ToCoordinator;
import io.troupe.actors.cluster.protocol.ControlMessage.TrainingFailed;
import io.troupe.actors.cluster.protocol.ControlMessage.WeightsReady;
import io.troupe.actors.cluster.protocol.ControlMessage.Welcome;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.ledger.DigestLedger;
import io.troupe.actors.ledger.LedgerStart;
import io.troupe.log.record.LedgerCounts;
import io.troupe.log.record.LogRecord.Epoch;
import io.troupe.log.record.LogRecord.RunStarted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The coordinator under one epoch: knows the nodes, and connects the parts that assign groups,
 * offer weights, feed the learners and commit steps.
 */
final class Leadership {
  private final Outbox outbox;
  private final ExperienceLog log;
  private final ClusterDeadlines deadlines;
  private final LogWriter writer;
  private final DigestLedger ledger;
  private final Map<Long, AssignedGroup> groups = new HashMap<>();
  private final Members members;
  private final GroupAssignments assignments;
  private final ScoreIntake intake;
  private final WeightOffers offers;
  private final LearnerViews views;
  private final RecordFeed feed;
  private final StepCommits steps;
  private final LastWeights lastWeights;
  private long assignsFromNs;
  private boolean isShutDown;

  /**
   * Continues from the log.
   *
   * @param history of all committed records
   * @param commitIndex index after the last committed record
   */
  Leadership(
      Outbox outbox,
      ExperienceLog log,
      LogHistory history,
      long commitIndex,
      CoordinatorSettings settings) {
    this.outbox = outbox;
    this.log = log;
    this.deadlines = settings.deadlines();
    this.members = new Members(outbox, settings);
    this.writer = new LogWriter(log, history, commitIndex, outbox.events()::onWarning);
    LengthBias lengths = new LengthBias();
    DroppedGroups dropped = new DroppedGroups(outbox, writer, groups);
    this.ledger = ledger(history, settings, dropped);
    this.assignments = new GroupAssignments(outbox, ledger, settings, groups);
    this.intake = new ScoreIntake(outbox, ledger, assignments, settings, lengths, groups);
    this.offers = new WeightOffers(outbox, settings, assignments::reposition);
    this.lastWeights = new LastWeights(outbox, members.rollouts, offers, settings);
    this.views = new LearnerViews(outbox, members.learners);
    this.feed = new RecordFeed(outbox, log, writer, settings);
    this.steps =
        new StepCommits(outbox, log, writer, history, ledger, lengths, groups, views, settings);
  }

  private static DigestLedger ledger(
      LogHistory history, CoordinatorSettings settings, DroppedGroups dropped) {
    LedgerCounts counts = history.counts();
    DigestLedger ledger =
        new DigestLedger(
            settings.limits(),
            new LedgerStart(
                history.step(),
                counts.nextGroupId(),
                counts.groupsTrained(),
                counts.samplesTrained(),
                counts.tokensGenerated(),
                counts.groupsDropped(),
                counts.samplesUnscorable()),
            dropped::add);
    List<Long> training = new ArrayList<>();
    history.pendingBatches().values().forEach(batch -> training.addAll(batch.groupIds()));
    training.forEach(ledger::addTraining);
    counts.open().stream().filter(id -> !training.contains(id)).forEach(ledger::addWaiting);
    return ledger;
  }

  /** Writes the first record of the run. */
  void begin(RunStarted run) {
    writer.append(run, () -> {});
  }

  /**
   * Begins.
   *
   * @param isNewRun whether no node can hold groups yet
   */
  void start(boolean isNewRun) {
    steps.start(this::onStepCommitted);
    assignsFromNs = outbox.nowNs() + (isNewRun ? 0 : deadlines.adoption().toNanos());
    pump();
  }

  /** Ends the run after the current step, with a checkpoint; the next event continues. */
  void stopRun() {
    steps.stop();
  }

  /** Appends a record and runs an action when it is committed, which proves the lead. */
  void confirm(Runnable action) {
    writer.append(new Epoch(outbox.self().name()), action);
  }

  /** Continues after a pause of this process, in which it has heard nobody. */
  void resume() {
    members.renewAll();
    assignments.extendDeadlines();
    steps.extendDeadline();
    pump();
  }

  /** All records below an index are committed. */
  void committed(long index) {
    writer.committed(index);
    members.learners.all().forEach(feed::feed);
  }

  private void pump() {
    // nodes that hold groups of an earlier epoch report them first
    if (!steps.isEnded() && outbox.nowNs() - assignsFromNs >= 0) {
      advance();
    }
    if (steps.isEnded() && (!steps.failure().isEmpty() || lastWeights.areDelivered())) {
      shutdown();
    }
  }

  private void advance() {
    steps.takeBatch();
    if (steps.isIssuing()) {
      ledger.issue(!ledger.isTraining());
      steps.takeBatch();
      assignments.assign();
    }
    steps.checkProgress();
  }

  /** Ends leases and what is overdue. Called a few times per second. */
  void tick() {
    if (isShutDown) {
      return;
    }
    long now = outbox.nowNs();
    members.rollouts.expired(now).forEach(member -> warnGone(member, "rollout"));
    members.rewards.expired(now).forEach(member -> warnGone(member, "reward"));
    members.learners.expired(now).forEach(member -> warnGone(member, "learner"));
    members.rollouts.expired(now).forEach(this::gone);
    members.rewards.expired(now).forEach(this::gone);
    members.learners.expired(now).forEach(this::gone);
    assignments.tick();
    offers.expired().forEach(assignments::withoutWeights);
    writer.retry();
    views.update(ledger.policyVersion());
    pump();
  }

  private void warnGone(Member member, String role) {
    outbox
        .events()
        .onWarning(
            "%s %s has not been heard of for %s and counts as gone"
                .formatted(role, member.node, deadlines.lease()));
  }

  // ---- nodes ---------------------------------------------------------------------------------

  /** A node has left, or the cluster's membership has lost it. */
  void nodeGone(NodeId node) {
    members.rollouts.find(node).ifPresent(this::gone);
    members.rewards.find(node).ifPresent(this::gone);
    members.learners.find(node).ifPresent(this::gone);
    pump();
  }

  private void gone(RolloutMember member) {
    members.rollouts.remove(member);
    assignments.gone(member);
    offers.gone(member);
  }

  private void gone(RewardMember member) {
    members.rewards.remove(member);
    assignments.gone(member);
  }

  private void gone(LearnerMember member) {
    member.isGone = true;
    members.learners.remove(member);
    offers.gone(member.node);
    views.update(ledger.policyVersion());
  }

  private void welcome(NodeId node) {
    outbox.send(
        node, new Welcome(outbox.epoch(), outbox.self(), ledger.policyVersion(), log.firstIndex()));
  }

  // ---- messages ------------------------------------------------------------------------------

  void on(ToCoordinator message) {
    if (isShutDown) {
      outbox.send(message.node(), new Shutdown(outbox.epoch(), steps.failure()));
      return;
    }
    switch (message) {
      case RolloutHello hello -> onHello(hello);
      case RewardHello hello -> onHello(hello);
      case LearnerHello hello -> onHello(hello);
      case Leaving leaving -> nodeGone(leaving.node());
      case Decoded decoded ->
          members
              .sender(members.rollouts, message)
              .ifPresent(m -> assignments.onDecoded(m, decoded));
      case DecodingFailed failed ->
          members.sender(members.rollouts, message).ifPresent(m -> assignments.onFailed(m, failed));
      case WeightsReady ready ->
          members.sender(members.rollouts, message).ifPresent(m -> offers.isAt(m, ready.version()));
      case StepTrained trained ->
          members.sender(members.learners, message).ifPresent(m -> onTrained(m, trained));
      case TrainingFailed failed ->
          members.sender(members.learners, message).ifPresent(m -> onTrainingFailed(m, failed));
      case CheckpointSaved saved ->
          members
              .sender(members.learners, message)
              .ifPresent(_ -> steps.onCheckpoint(saved, members.learners.all()));
      case Finished finished ->
          members
              .sender(members.learners, message)
              .ifPresent(_ -> steps.onFinished(finished.step(), finished.summary()));
    }
    pump();
  }

  /** A group is scored. */
  void on(Scored scored) {
    if (!steps.isEnded()) {
      intake.onScored(scored);
      pump();
    }
  }

  private void onHello(RolloutHello hello) {
    members
        .register(
            members.rollouts,
            hello.node(),
            id -> new RolloutMember(id, hello.node(), hello.credits(), hello.policyVersion()),
            this::gone)
        .ifPresent(
            member -> {
              welcome(member.node);
              offers.isAt(member, hello.policyVersion());
              assignments.onHello(member, hello.held());
            });
  }

  private void onHello(RewardHello hello) {
    members
        .register(
            members.rewards, hello.node(), id -> new RewardMember(id, hello.node()), this::gone)
        .ifPresent(
            member -> {
              welcome(member.node);
              assignments.onHello(member, hello.held());
            });
  }

  private void onHello(LearnerHello hello) {
    members
        .register(
            members.learners,
            hello.node(),
            id -> new LearnerMember(id, hello.node(), hello.keepsRun()),
            this::gone)
        .ifPresent(
            learner -> {
              welcome(learner.node);
              learner.step = hello.step();
              if (hello.step() >= 0) {
                steps.onTrained(learner, hello.step(), hello.checksum(), Map.of());
              }
              feed.restated(learner, hello.nextRecord());
              onLearnerMoved(learner);
              views.send(learner);
              steps.remind(learner);
            });
  }

  // ---- steps ---------------------------------------------------------------------------------

  private void onTrained(LearnerMember learner, StepTrained trained) {
    learner.step = Math.max(learner.step, trained.step());
    steps.onTrained(learner, trained.step(), trained.checksum(), trained.metrics());
    feed.confirmed(learner, trained.nextRecord());
    onLearnerMoved(learner);
    steps.remind(learner);
  }

  private void onLearnerMoved(LearnerMember learner) {
    views.update(ledger.policyVersion());
    if (learner.step == ledger.policyVersion()) {
      steps
          .checksum()
          .ifPresent(
              checksum -> {
                if (offers.version() < learner.step) {
                  offers.announce(learner.step, checksum, members.rollouts.all());
                }
                offers.hasVersion(learner.node, learner.step);
              });
    }
  }

  private void onStepCommitted(long step, long checksum) {
    offers.announce(step, checksum, members.rollouts.all());
    members.rollouts.all().forEach(assignments::reposition);
    for (LearnerMember learner : members.learners.all()) {
      steps.announce(learner);
      if (learner.step == step) {
        offers.hasVersion(learner.node, step);
      }
    }
  }

  private void onTrainingFailed(LearnerMember learner, TrainingFailed failed) {
    if (!learner.failure.isEmpty()) {
      return; // it repeats the message
    }
    learner.failure = failed.reason();
    outbox
        .events()
        .onWarning(
            "learner %s cannot train after step %d: %s"
                .formatted(learner.node, failed.step(), failed.reason()));
    views.update(ledger.policyVersion());
    if (members.learners.all().stream().noneMatch(other -> other.failure.isEmpty())) {
      steps.fail(
          "learner %s failed after step %d: %s"
              .formatted(learner.node.name(), failed.step(), failed.reason()));
    }
  }

  private void shutdown() {
    if (isShutDown) {
      return;
    }
    isShutDown = true;
    Shutdown message = new Shutdown(outbox.epoch(), steps.failure());
    members.rollouts.all().forEach(member -> outbox.send(member, message));
    members.rewards.all().forEach(member -> outbox.send(member, message));
    members.learners.all().forEach(member -> outbox.send(member, message));
    outbox.events().onEnded(ledger.policyVersion(), steps.summary(), steps.failure());
  }

  /** Appends what the disk has refused. */
  void retryLog() {
    writer.retry();
  }

  CoordinatorStatus status() {
    return new CoordinatorStatus(
        ledger.policyVersion(),
        ledger.nextGroupId(),
        ledger.groupsTrained(),
        ledger.groupsDropped(),
        ledger.openIds().size(),
        members.size());
  }
}
