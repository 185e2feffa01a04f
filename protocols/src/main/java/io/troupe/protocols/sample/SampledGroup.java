package io.troupe.protocols.sample;

import java.util.List;

/**
 * A group with all of its completions, in the order of {@code sampleIndex}.
 *
 * @param spec what was asked for
 * @param completions one for each generation
 */
public record SampledGroup(GroupSpec spec, List<Completion> completions) {

  /** Checks that every generation is there, once and in order. */
  public SampledGroup {
    completions = List.copyOf(completions);
    if (completions.size() != spec.numGenerations()) {
      throw new IllegalArgumentException(
          "group "
              + spec.groupId()
              + " wants "
              + spec.numGenerations()
              + " completions, got "
              + completions.size());
    }
    for (int i = 0; i < completions.size(); i++) {
      if (completions.get(i).sampleIndex() != i) {
        throw new IllegalArgumentException(
            "group "
                + spec.groupId()
                + ": completion "
                + i
                + " says that it is sample "
                + completions.get(i).sampleIndex());
      }
    }
  }

  /** The oldest policy version that sampled a token of the group. */
  public long oldestPolicyVersion() {
    return completions.stream()
        .mapToLong(Completion::oldestPolicyVersion)
        .filter(v -> v >= 0)
        .min()
        .orElse(-1);
  }
}
