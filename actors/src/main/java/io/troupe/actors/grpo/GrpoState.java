package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.training.grpo.GrpoTrainer;

/**
 * The state of a GRPO run between two steps, except weights and optimizer. Checkpoints store it as
 * JSON. With {@code max-staleness} 0 the ledger has no open groups; otherwise it contains them, so
 * that a resumed run trains the same samples as an uninterrupted one.
 *
 * @param numTokens tokens that the trainer has seen
 * @param referenceModel directory of the reference model below {@code checkpoints}, such as {@code
 *     start}; empty without one, as with beta 0
 * @param accuracyBefore held-out accuracy before the first step, in [0, 1]; NaN if not measured
 * @param logprobGapMax the largest difference, in nats, between the log-probabilities of a token in
 *     the rollout and in the learner under the same weights; NaN before the first step
 * @param trainingSeconds wall time of the steps
 * @param wallSeconds wall time of the whole run, warm start and evaluation included
 * @param ledger of all groups
 */
public record GrpoState(
    long numTokens,
    String referenceModel,
    double accuracyBefore,
    double logprobGapMax,
    double trainingSeconds,
    double wallSeconds,
    Ledger ledger) {

  /** Checks the ranges. */
  public GrpoState {
    if (numTokens < 0) {
      throw new IllegalArgumentException("num_tokens must not be negative, got " + numTokens);
    }
    if (!(trainingSeconds >= 0 && wallSeconds >= 0) || logprobGapMax < 0) {
      throw new IllegalArgumentException(
          "training_seconds, wall_seconds and logprob_gap_max must not be negative, got %s, %s and %s"
              .formatted(trainingSeconds, wallSeconds, logprobGapMax));
    }
  }

  /** The state before the first step. */
  static GrpoState start(String referenceModel, double accuracyBefore) {
    return new GrpoState(0, referenceModel, accuracyBefore, Double.NaN, 0, 0, Ledger.empty());
  }

  /** Number of completed steps. */
  public long step() {
    return ledger.policyVersion();
  }

  /** How far the trainer was. */
  GrpoTrainer.Progress progress() {
    return new GrpoTrainer.Progress(step(), numTokens);
  }

  /**
   * The state after another step.
   *
   * @param tokens that the trainer has seen
   * @param logprobGap of the step; null if it has none
   */
  GrpoState afterStep(long tokens, double seconds, Double logprobGap) {
    double gap = logprobGapMax;
    if (logprobGap != null) {
      gap = Double.isNaN(gap) ? logprobGap : Math.max(gap, logprobGap);
    }
    return new GrpoState(
        tokens,
        referenceModel,
        accuracyBefore,
        gap,
        trainingSeconds + seconds,
        wallSeconds,
        ledger);
  }

  /** The state with the ledger after the last step and the wall time. */
  GrpoState with(Ledger newLedger, double newWallSeconds) {
    return new GrpoState(
        numTokens,
        referenceModel,
        accuracyBefore,
        logprobGapMax,
        trainingSeconds,
        newWallSeconds,
        newLedger);
  }
}
