package io.troupe.protocols.sample;

import java.util.List;

/**
 * A group with a score for each completion: what the learner reads.
 *
 * @param group the completions
 * @param scores one for each completion, in the same order
 */
public record ScoredGroup(SampledGroup group, List<Score> scores) {

  /** Checks that every completion has a score. */
  public ScoredGroup {
    scores = List.copyOf(scores);
    if (scores.size() != group.completions().size()) {
      throw new IllegalArgumentException(
          "group "
              + group.spec().groupId()
              + " has "
              + group.completions().size()
              + " completions but "
              + scores.size()
              + " scores");
    }
  }
}
