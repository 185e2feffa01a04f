package io.troupe.deploy.groups;

import java.util.Map;

/**
 * A group in the log of a run.
 *
 * @param groupId id of the group
 * @param attempts number of times that it was given to a rollout node
 * @param sampledBy name of the rollout node; empty if none has sampled it
 * @param scoredBy name of the reward node; empty if none has scored it
 * @param issuedMillis when it was issued, in milliseconds since 1970
 * @param sampledMillis when its samples were complete; 0 if unknown
 * @param scoredMillis when its scores arrived; 0 if unknown
 * @param samples number of samples; 0 if unknown
 * @param tokens number of tokens of the samples
 * @param policyVersion oldest policy version of a token; -1 if unknown
 * @param meanReward mean of the samples that have a score; NaN if none has
 * @param unscorable number of samples without a score by reason
 * @param outcome what became of it
 */
public record GroupEntry(
    long groupId,
    int attempts,
    String sampledBy,
    String scoredBy,
    long issuedMillis,
    long sampledMillis,
    long scoredMillis,
    int samples,
    long tokens,
    long policyVersion,
    double meanReward,
    Map<String, Long> unscorable,
    Outcome outcome) {

  /** What became of a group. */
  public sealed interface Outcome {

    /** It was trained in a step. */
    record Trained(long step) implements Outcome {}

    /** It is in the batch of a step that is not committed yet. */
    record InBatch(long step) implements Outcome {}

    /** It is not trained. */
    record Dropped(String reason) implements Outcome {}
  }

  /** The step of the group; -1 if it is dropped. */
  public long step() {
    return switch (outcome) {
      case Outcome.Trained(long step) -> step;
      case Outcome.InBatch(long step) -> step;
      case Outcome.Dropped _ -> -1;
    };
  }
}
