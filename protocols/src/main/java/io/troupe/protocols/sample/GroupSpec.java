package io.troupe.protocols.sample;

import java.util.Objects;

/**
 * A group to sample: one prompt, several completions. A token is a function of the policy's weights
 * and (runSeed, groupId, sample, position).
 *
 * @param groupId number of the group in the order of issue, from 0; unique in a run
 * @param prompt the prompt to continue
 * @param numGenerations number of completions to sample, at least 1
 * @param runSeed seed of the run
 */
public record GroupSpec(long groupId, Prompt prompt, int numGenerations, long runSeed) {

  /** Checks the ranges. */
  public GroupSpec {
    Objects.requireNonNull(prompt, "prompt");
    if (groupId < 0 || numGenerations < 1) {
      throw new IllegalArgumentException(
          "group must have an id >= 0 and >= 1 generations, got id %d and %d generations"
              .formatted(groupId, numGenerations));
    }
  }
}
