package io.troupe.actors;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Creates groups for tests without a model. */
public final class Groups {
  /** Number of samples per group. */
  public static final int NUM_GENERATIONS = 2;

  private Groups() {}

  /** A group with the given id. */
  public static GroupSpec spec(long groupId) {
    Prompt prompt = new Prompt(groupId, "prompt " + groupId, new int[] {1, 2}, Map.of());
    return new GroupSpec(groupId, prompt, NUM_GENERATIONS, 7);
  }

  /** A group with three tokens per sample, all sampled by one version of the policy. */
  public static SampledGroup sampled(GroupSpec spec, long policyVersion) {
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < spec.numGenerations(); i++) {
      long[] versions = new long[3];
      Arrays.fill(versions, policyVersion);
      completions.add(
          new Completion(
              i,
              new int[] {3, 4, 5},
              new float[3],
              versions,
              "sample " + i,
              new FinishReason.LengthLimit(3)));
    }
    return new SampledGroup(spec, completions);
  }

  /** A group whose samples all have a reward of 1. */
  public static ScoredGroup scored(SampledGroup group) {
    return scored(group, new Score.Scored(1, Map.of("r", 1.0)));
  }

  /** A group whose samples all have the same score. */
  public static ScoredGroup scored(SampledGroup group, Score score) {
    return new ScoredGroup(group, group.completions().stream().map(_ -> score).toList());
  }

  /** The ids of groups. */
  public static List<Long> ids(List<ScoredGroup> groups) {
    return groups.stream().map(group -> group.group().spec().groupId()).toList();
  }
}
