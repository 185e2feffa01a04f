package io.troupe.protocols.sample;

import java.util.List;

/**
 * A group with its completions in the order of {@code sampleIndex}.
 *
 * @param spec the request
 * @param completions one per generation
 */
public record SampledGroup(GroupSpec spec, List<Completion> completions) {

  /** Checks that there is one completion per generation, in order. */
  public SampledGroup {
    completions = List.copyOf(completions);
    if (completions.size() != spec.numGenerations()) {
      throw new IllegalArgumentException(
          "group %d must have %d completions, got %d"
              .formatted(spec.groupId(), spec.numGenerations(), completions.size()));
    }
    for (int i = 0; i < completions.size(); i++) {
      if (completions.get(i).sampleIndex() != i) {
        throw new IllegalArgumentException(
            "completion %d of group %d must have that sample index, got %d"
                .formatted(i, spec.groupId(), completions.get(i).sampleIndex()));
      }
    }
  }

  /** The oldest policy version that sampled a token of the group; -1 if it has no tokens. */
  public long oldestPolicyVersion() {
    return completions.stream()
        .mapToLong(Completion::oldestPolicyVersion)
        .filter(v -> v >= 0)
        .min()
        .orElse(-1);
  }
}
