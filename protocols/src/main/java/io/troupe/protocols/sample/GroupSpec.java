package io.troupe.protocols.sample;

import java.util.Objects;

/**
 * A group to be sampled: one prompt, several completions. With the weights of the policy it says
 * all there is to say about them: a sample is a function of (runSeed, groupId, sample, position).
 *
 * @param groupId counted from 0 in the order of issue; unique in a run
 * @param prompt what is continued
 * @param numGenerations completions to sample, at least 1
 * @param runSeed the seed of the run
 */
public record GroupSpec(long groupId, Prompt prompt, int numGenerations, long runSeed) {

  /** Checks the counts. */
  public GroupSpec {
    Objects.requireNonNull(prompt, "prompt");
    if (groupId < 0 || numGenerations < 1) {
      throw new IllegalArgumentException(
          "group " + groupId + " of " + numGenerations + " generations");
    }
  }
}
