package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.LedgerState;
import io.troupe.actors.run.ResidentMemory;
import io.troupe.training.checkpoint.RunBooks;
import io.troupe.training.checkpoint.RunState;
import io.troupe.training.grpo.GrpoTrainer;

/**
 * What is measured over a run beside the books of groups, and the forms that both take in
 * checkpoints and in the summary. Used by one thread at a time.
 */
final class RunMeasures {
  private final long startNs = System.nanoTime();
  private final double secondsBefore;
  private double trainingSeconds;
  private double logprobGapMax = Double.NaN;
  private double accuracyBefore = Double.NaN;

  /**
   * Measures of a run.
   *
   * @param secondsBefore that earlier processes have spent on it
   */
  RunMeasures(double secondsBefore) {
    this.secondsBefore = secondsBefore;
  }

  /** Goes on from a checkpoint: what was measured after it is forgotten, except the time. */
  void restore(RunState state) {
    RunBooks books = state.books();
    trainingSeconds = books.trainingSeconds();
    logprobGapMax = books.logprobGapMax();
    accuracyBefore = state.accuracyBefore();
  }

  void accuracyBefore(double accuracy) {
    accuracyBefore = accuracy;
  }

  double accuracyBefore() {
    return accuracyBefore;
  }

  /** Adds a step. */
  void step(double seconds, Double logprobGap) {
    trainingSeconds += seconds;
    if (logprobGap != null) {
      logprobGapMax =
          Double.isNaN(logprobGapMax) ? logprobGap : Math.max(logprobGapMax, logprobGap);
    }
  }

  private double wallSeconds() {
    return secondsBefore + (System.nanoTime() - startNs) / 1e9;
  }

  /** The ledger of a checkpoint. */
  static LedgerState ledger(RunState state) {
    RunBooks books = state.books();
    return new LedgerState(
        state.progress().step(),
        state.nextGroupId(),
        books.groupsTrained(),
        books.groupsDroppedByReason(),
        books.samplesTrained(),
        books.samplesUnscorableByReason(),
        books.tokensGenerated(),
        books.rolloutRestarts(),
        state.issued(),
        state.sampled(),
        state.scored());
  }

  /** What a checkpoint holds. */
  RunState state(LedgerState ledger, GrpoTrainer.Progress progress, String referenceModel) {
    RunBooks books =
        new RunBooks(
            ledger.groupsIssued(),
            ledger.groupsTrained(),
            ledger.groupsDroppedByReason(),
            ledger.samplesTrained(),
            ledger.samplesUnscorableByReason(),
            ledger.tokensGenerated(),
            logprobGapMax,
            ledger.rolloutRestarts(),
            trainingSeconds,
            wallSeconds());
    return new RunState(
        progress,
        ledger.nextGroupId(), // a group's prompt is the one at the position of its id
        ledger.nextGroupId(),
        referenceModel,
        accuracyBefore,
        books,
        ledger.issued(),
        ledger.sampled(),
        ledger.scored());
  }

  /** What came of the run. */
  GrpoSummary summary(LedgerState ledger, double accuracyAfter) {
    return new GrpoSummary(
        ledger.policyVersion(),
        accuracyBefore,
        accuracyAfter,
        ledger.groupsIssued(),
        ledger.groupsTrained(),
        ledger.groupsDroppedByReason(),
        ledger.groupsOpen(),
        ledger.samplesTrained(),
        ledger.samplesUnscorableByReason(),
        logprobGapMax,
        ledger.tokensGenerated(),
        ledger.tokensGenerated() / trainingSeconds,
        ledger.rolloutRestarts(),
        wallSeconds(),
        ResidentMemory.peakBytes());
  }
}
