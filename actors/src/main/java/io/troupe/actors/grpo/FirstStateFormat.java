package io.troupe.actors.grpo;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.troupe.actors.coordinator.Ledger;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;
import java.util.Map;

/**
 * The state of a GRPO run in {@code run_state.json}, the format of checkpoints before {@code
 * state.json}. Runs read this format and no longer write it.
 */
record FirstStateFormat(
    Progress progress,
    long promptPosition,
    long nextGroupId,
    String referenceModel,
    double accuracyBefore,
    @JsonProperty("books") Counts counts,
    List<GroupSpec> issued,
    List<SampledGroup> sampled,
    List<ScoredGroup> scored) {
  static final String FILE = "run_state.json";

  /** A prompt before it had a source. */
  abstract static class PromptWithoutSource {
    @JsonCreator
    PromptWithoutSource(
        @JsonProperty("id") long id,
        @JsonProperty("text") String text,
        @JsonProperty("token_ids") int[] tokenIds,
        @JsonProperty("fields") Map<String, String> fields) {}
  }

  /** The progress of the trainer. */
  record Progress(long step, long numTokens) {}

  /** The counts of groups and samples. */
  record Counts(
      long groupsIssued,
      long groupsTrained,
      Map<String, Long> groupsDroppedByReason,
      long samplesTrained,
      Map<String, Long> samplesUnscorableByReason,
      long tokensGenerated,
      double logprobGapMax,
      long rolloutRestarts,
      double trainingSeconds,
      double wallSeconds) {}

  /** The state in the current format. */
  GrpoState toState() {
    return new GrpoState(
        progress.numTokens,
        referenceModel,
        accuracyBefore,
        counts.logprobGapMax,
        counts.trainingSeconds,
        counts.wallSeconds,
        new Ledger(
            progress.step,
            nextGroupId,
            counts.groupsTrained,
            counts.groupsDroppedByReason,
            counts.samplesTrained,
            counts.samplesUnscorableByReason,
            counts.tokensGenerated,
            counts.rolloutRestarts,
            issued,
            sampled,
            scored));
  }
}
