package io.troupe.protocols.sample;

import java.util.List;

/**
 * A group with a score for each completion: the learner's input.
 *
 * @param group the completions
 * @param scores one per completion, in the same order
 */
public record ScoredGroup(SampledGroup group, List<Score> scores) {

  /** Checks that every completion has a score. */
  public ScoredGroup {
    scores = List.copyOf(scores);
    if (scores.size() != group.completions().size()) {
      throw new IllegalArgumentException(
          "group %d must have a score for each of its %d completions, got %d"
              .formatted(group.spec().groupId(), group.completions().size(), scores.size()));
    }
  }
}
