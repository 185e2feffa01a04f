package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.run.RunSummary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The results of a GRPO run; {@code summary.json} contains them under the names of {@link #toMap}.
 *
 * @param state of the run after its last step
 * @param accuracyAfter held-out accuracy after the last step, in [0, 1]; NaN without questions
 * @param promptsSkipped number of training prompts that were left out, because they are too long
 * @param heldOutSkipped number of held-out questions that were left out for the same reason
 * @param peakResidentBytes the peak memory of the process; 0 where the system does not report it
 */
public record GrpoSummary(
    GrpoState state,
    double accuracyAfter,
    int promptsSkipped,
    int heldOutSkipped,
    long peakResidentBytes)
    implements RunSummary {

  /** Counts of groups and samples, and the groups that were open when the run ended. */
  public Ledger ledger() {
    return state.ledger();
  }

  /** Steps trained. */
  public long steps() {
    return state.step();
  }

  /** Held-out accuracy before the first step, in [0, 1]; NaN without questions. */
  public double accuracyBefore() {
    return state.accuracyBefore();
  }

  /** Wall time of the whole run, warm start and evaluations included. */
  public double wallSeconds() {
    return state.wallSeconds();
  }

  /** Tokens sampled for training, per second of the wall time of the steps. */
  public double tokensPerSecond() {
    return ledger().tokensGenerated() / state.trainingSeconds();
  }

  @Override
  public Map<String, Object> toMap() {
    Ledger ledger = ledger();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("steps", steps());
    map.put("accuracy_before", orNull(accuracyBefore()));
    map.put("accuracy_after", orNull(accuracyAfter));
    map.put("prompts_skipped", promptsSkipped);
    map.put("held_out_skipped", heldOutSkipped);
    map.put("groups_issued", ledger.groupsIssued());
    map.put("groups_trained", ledger.groupsTrained());
    map.put("groups_dropped", ledger.groupsDropped());
    map.put("groups_dropped_by_reason", new TreeMap<>(ledger.groupsDroppedByReason()));
    map.put("groups_open", ledger.groupsOpen());
    map.put("samples_trained", ledger.samplesTrained());
    map.put("samples_unscorable", ledger.samplesUnscorable());
    map.put("samples_unscorable_by_reason", new TreeMap<>(ledger.samplesUnscorableByReason()));
    map.put("logprob_gap_max", orNull(state.logprobGapMax()));
    map.put("tokens_generated", ledger.tokensGenerated());
    map.put("tokens_per_second", orNull(tokensPerSecond()));
    map.put("rollout_restarts", ledger.rolloutRestarts());
    map.put("wall_seconds", wallSeconds());
    map.put("peak_resident_bytes", peakResidentBytes);
    return map;
  }

  private static Double orNull(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
