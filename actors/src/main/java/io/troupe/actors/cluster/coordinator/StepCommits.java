package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.coordinator.LogHistory.PendingBatch;
import io.troupe.actors.cluster.protocol.ControlMessage.Accepted;
import io.troupe.actors.cluster.protocol.ControlMessage.CheckpointSaved;
import io.troupe.actors.cluster.protocol.ControlMessage.Finish;
import io.troupe.actors.cluster.protocol.ControlMessage.StepCommitted;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.ledger.DigestLedger;
import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LogRecord.Checkpointed;
import io.troupe.log.record.LogRecord.Committed;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Takes batches, appends them to the log, and commits a step when the first learner has trained it.
 * The checksums of all learners must be equal; a difference ends the run.
 */
final class StepCommits {
  private static final int MAX_STEPS_OF_DROPS = 8;
  private static final double NS_PER_SECOND = 1e9;

  /** Time after the last step in which the learner that keeps the run may start again. */
  private static final Duration KEEPER_WAIT = Duration.ofSeconds(30);

  private final Outbox outbox;
  private final ExperienceLog log;
  private final LogWriter writer;
  private final LogHistory history;
  private final DigestLedger ledger;
  private final LengthBias lengths;
  private final Map<Long, AssignedGroup> groups;
  private final LearnerViews views;
  private final CoordinatorSettings settings;
  private final Map<Long, Long> firstChecksum = new HashMap<>(); // of the newest step only
  private OnCommitted onCommitted;
  private String committedBy = "the log";
  private StepCommitted announcement; // of the newest step; null before the first of this epoch
  private long progressNs;
  private long logNs; // that the step has waited for the log
  private boolean hasKeeper; // a learner whose directory is that of the run was there
  private boolean isStopping;
  private boolean isEnded;
  private String failure = "";
  private Map<String, Double> summary = Map.of();

  /** Is called after each committed step. */
  interface OnCommitted {
    void committed(long step, long checksum);
  }

  StepCommits(
      Outbox outbox,
      ExperienceLog log,
      LogWriter writer,
      LogHistory history,
      DigestLedger ledger,
      LengthBias lengths,
      Map<Long, AssignedGroup> groups,
      LearnerViews views,
      CoordinatorSettings settings) {
    this.outbox = outbox;
    this.log = log;
    this.writer = writer;
    this.history = history;
    this.ledger = ledger;
    this.lengths = lengths;
    this.groups = groups;
    this.views = views;
    this.settings = settings;
    this.progressNs = outbox.nowNs();
  }

  void start(OnCommitted listener) {
    onCommitted = listener;
    history
        .checksum(history.step())
        .ifPresent(checksum -> onCommitted.committed(history.step(), checksum));
  }

  // ---- batches -------------------------------------------------------------------------------

  /** Whether groups are still needed. */
  boolean isIssuing() {
    return !isEnded && !isFinishing();
  }

  /** Appends the next batch to the log, if its groups are there. */
  void takeBatch() {
    long step = ledger.policyVersion() + 1;
    if (isEnded || isStopping || ledger.isTraining() || views.isPrimaryBehind(step - 1)) {
      return;
    }
    Optional<List<Long>> batch = ledger.takeBatch();
    if (batch.isPresent()) {
      List<AssignedGroup> taken = batch.get().stream().map(groups::get).toList();
      long startNs = outbox.nowNs();
      writer.append(
          new Batch(step, taken.stream().map(AssignedGroup::toLog).toList()),
          () -> {
            logNs += outbox.nowNs() - startNs;
            accept(taken);
          });
    }
  }

  /** The groups are in the log: the reward nodes need not keep them. */
  private void accept(List<AssignedGroup> taken) {
    for (AssignedGroup group : taken) {
      outbox.send(group.content.scoredBy(), new Accepted(outbox.epoch(), group.groupId));
    }
  }

  // ---- steps ---------------------------------------------------------------------------------

  /**
   * A learner has trained a step.
   *
   * @param figures of the step, for those who watch the run
   */
  void onTrained(LearnerMember learner, long step, long checksum, Map<String, Double> figures) {
    PendingBatch batch = history.pendingBatches().get(step);
    if (step <= ledger.policyVersion()) {
      compare(learner, step, checksum);
    } else if (step == ledger.policyVersion() + 1 && batch != null) {
      commit(learner, step, checksum, batch, figures);
    } else {
      outbox.reject(Rejection.NOT_EXPECTED);
    }
  }

  private void compare(LearnerMember learner, long step, long checksum) {
    Long first = firstChecksum.get(step);
    OptionalLong known = first != null ? OptionalLong.of(first) : history.checksum(step);
    if (known.isEmpty() && step == ledger.policyVersion()) { // the start, or purged
      firstChecksum.put(step, checksum);
      committedBy = learner.node.name();
    } else if (known.isPresent() && known.getAsLong() != checksum) {
      fail(
          "weights after step %d must be equal on all learners, got checksum %016x from %s and %016x from %s"
              .formatted(
                  step,
                  known.getAsLong(),
                  step == ledger.policyVersion() ? committedBy : "the log",
                  checksum,
                  learner.node.name()));
    }
  }

  private void commit(
      LearnerMember learner,
      long step,
      long checksum,
      PendingBatch batch,
      Map<String, Double> figures) {
    firstChecksum.clear();
    firstChecksum.put(step, checksum);
    committedBy = learner.node.name();
    lengths.trained(batch.groups());
    long startNs = outbox.nowNs();
    writer.append(new Committed(step, checksum, batch.samplesScored()), () -> {});
    logNs += outbox.nowNs() - startNs;
    ledger.trained(step, batch.groupIds(), batch.samplesScored());
    Map<String, Double> metrics = lengths.metrics();
    metrics.putAll(LedgerFigures.of(ledger));
    metrics.put("time/log", logNs / NS_PER_SECOND);
    logNs = 0;
    announcement = new StepCommitted(outbox.epoch(), step, checksum, metrics);
    batch.groupIds().forEach(groups::remove);
    progressNs = outbox.nowNs();
    views.update(step);
    onCommitted.committed(step, checksum);
    Map<String, Double> all = new LinkedHashMap<>(figures);
    all.putAll(metrics);
    outbox.events().onCommitted(step, checksum, all);
  }

  /** Tells a learner which step is committed. */
  void announce(LearnerMember learner) {
    if (announcement != null) {
      outbox.send(learner, announcement);
    }
  }

  /** The checksum of the weights after the newest committed step, once it is known. */
  OptionalLong checksum() {
    Long first = firstChecksum.get(ledger.policyVersion());
    return first != null ? OptionalLong.of(first) : history.checksum(ledger.policyVersion());
  }

  /** The primary has saved a checkpoint: older records may be purged. */
  void onCheckpoint(CheckpointSaved saved, Collection<LearnerMember> learners) {
    Optional<LogHistory.Snapshot> snapshot = history.snapshot(saved.step());
    if (snapshot.isEmpty() || saved.step() <= history.checkpointStep()) {
      outbox.reject(Rejection.NOT_EXPECTED);
      return;
    }
    long position = snapshot.get().position();
    long needed = Math.min(saved.nextRecord(), position - 1); // its checksum stays in the log
    for (LearnerMember learner : learners) {
      if (learner.isCaughtUp) {
        needed = Math.min(needed, learner.nextRecord);
      }
    }
    long purgeBelow = Math.max(0, needed);
    writer.append(
        new Checkpointed(saved.step(), position, purgeBelow, snapshot.get().counts()),
        () -> log.purgeBelow(purgeBelow));
  }

  // ---- the end -------------------------------------------------------------------------------

  /** Takes no further batch. */
  void stop() {
    isStopping = true;
  }

  private boolean isFinishing() {
    return ledger.policyVersion() >= settings.limits().steps()
        || isStopping && !ledger.isTraining();
  }

  /** Sends a learner what it may have missed. */
  void remind(LearnerMember learner) {
    hasKeeper |= learner.keepsRun;
    if (learner.step == ledger.policyVersion()) {
      announce(learner);
      if (isFinishing() && !awaitsKeeper()) {
        outbox.send(learner, new Finish(outbox.epoch(), ledger.policyVersion()));
      }
    }
  }

  /**
   * Whether the learner whose directory is that of the run may still come back, so that the results
   * are where they are looked for. Only for a limited time: another one writes them then.
   */
  private boolean awaitsKeeper() {
    return hasKeeper
        && views.primary().filter(primary -> primary.keepsRun).isEmpty()
        && outbox.nowNs() - progressNs < KEEPER_WAIT.toNanos();
  }

  /** The primary has written the results. */
  void onFinished(long step, Map<String, Double> figures) {
    if (isFinishing() && step == ledger.policyVersion()) {
      summary = figures;
      isEnded = true;
    } else {
      outbox.reject(Rejection.NOT_EXPECTED);
    }
  }

  void fail(String reason) {
    if (!isEnded) {
      failure = reason;
      isEnded = true;
    }
  }

  /** Ends a run that does not advance. */
  void checkProgress() {
    if (ledger.droppedInARow() > MAX_STEPS_OF_DROPS * settings.limits().groupsPerStep()) {
      fail(
          "no group can be trained, %d were dropped in a row: %s; samples without a score: %s"
              .formatted(
                  ledger.droppedInARow(), ledger.groupsDropped(), ledger.samplesUnscorable()));
    } else if (outbox.nowNs() - progressNs > settings.deadlines().batch().toNanos()) {
      fail(
          "step %d was not trained within %s (deadlines.batch): %s%s"
              .formatted(
                  ledger.policyVersion() + 1,
                  settings.deadlines().batch(),
                  ledger.describe(),
                  writer.numWaiting() > 0 ? "; records wait for the log" : ""));
    }
  }

  /** After a pause of this process the deadline begins again. */
  void extendDeadline() {
    progressNs = outbox.nowNs();
  }

  boolean isEnded() {
    return isEnded;
  }

  String failure() {
    return failure;
  }

  Map<String, Double> summary() {
    return summary;
  }
}
