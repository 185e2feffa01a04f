package io.troupe.training.checkpoint;

import java.util.Map;

/**
 * What a run has counted since its first step. Every issued group is trained, dropped or open.
 *
 * @param groupsIssued groups given out, each counted once
 * @param groupsTrained groups trained, each in exactly one step
 * @param groupsDroppedByReason groups dropped, by reason
 * @param samplesTrained completions in trained groups that had a score
 * @param samplesUnscorableByReason completions without a score, by reason
 * @param tokensGenerated tokens sampled for training
 * @param logprobGapMax the largest difference, in nats, between a token's log-probability in the
 *     rollout and in the learner under the same weights; NaN before the first step
 * @param rolloutRestarts how often a rollout actor died and was restarted
 * @param trainingSeconds wall time of the steps
 * @param wallSeconds wall time of the whole run, warm start and evaluation included
 */
public record RunBooks(
    long groupsIssued,
    long groupsTrained,
    Map<String, Long> groupsDroppedByReason,
    long samplesTrained,
    Map<String, Long> samplesUnscorableByReason,
    long tokensGenerated,
    double logprobGapMax,
    long rolloutRestarts,
    double trainingSeconds,
    double wallSeconds) {

  /** Copies the maps and checks that nothing is negative. */
  public RunBooks {
    groupsDroppedByReason = Map.copyOf(groupsDroppedByReason);
    samplesUnscorableByReason = Map.copyOf(samplesUnscorableByReason);
    requireCount("groups issued", groupsIssued);
    requireCount("groups trained", groupsTrained);
    requireCount("samples trained", samplesTrained);
    requireCount("tokens generated", tokensGenerated);
    requireCount("rollout restarts", rolloutRestarts);
    groupsDroppedByReason.forEach(RunBooks::requireCount);
    samplesUnscorableByReason.forEach(RunBooks::requireCount);
    if (!(trainingSeconds >= 0 && wallSeconds >= 0) || logprobGapMax < 0) {
      throw new IllegalArgumentException(
          "the books say %s s of training, %s s in all and a log-prob gap of %s: expected no"
                  .formatted(trainingSeconds, wallSeconds, logprobGapMax)
              + " negative number");
    }
  }

  private static void requireCount(String what, long count) {
    if (count < 0) {
      throw new IllegalArgumentException("the books count " + count + " " + what);
    }
  }

  /** The books of a run that has done nothing yet. */
  public static RunBooks empty() {
    return new RunBooks(0, 0, Map.of(), 0, Map.of(), 0, Double.NaN, 0, 0, 0);
  }

  /** Groups dropped, for whatever reason. */
  public long groupsDropped() {
    return groupsDroppedByReason.values().stream().mapToLong(Long::longValue).sum();
  }
}
