package io.troupe.actors.cluster.testing;

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

/** A policy whose weights, samples, scores and gradients are hashes. */
public final class HashPolicy {
  public static final int NUM_GENERATIONS = 2;
  public static final long SEED = 7;

  private HashPolicy() {}

  public static long mix(long... values) {
    long h = 17;
    for (long value : values) {
      h = (h ^ value) * 0x9E3779B97F4A7C15L;
      h ^= h >>> 29;
    }
    return h;
  }

  public static long start() {
    return mix(SEED, 99);
  }

  public static GroupSpec spec(long groupId) {
    return new GroupSpec(
        groupId,
        new Prompt(groupId, "prompt " + groupId, new int[] {1}, Map.of()),
        NUM_GENERATIONS,
        SEED);
  }

  public static SampledGroup sample(GroupSpec spec, long version, long weights) {
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < spec.numGenerations(); i++) {
      int length = 1 + (int) Long.remainderUnsigned(mix(spec.groupId(), i, weights), 4);
      int[] tokens = new int[length];
      long[] versions = new long[length];
      for (int t = 0; t < length; t++) {
        tokens[t] = (int) mix(spec.groupId(), i, t, weights);
      }
      Arrays.fill(versions, version);
      completions.add(
          new Completion(
              i, tokens, new float[length], versions, "s" + i, new FinishReason.LengthLimit(4)));
    }
    return new SampledGroup(spec, completions);
  }

  public static Score score(Completion completion) {
    return new Score.Scored(
        (mix(Arrays.hashCode(completion.tokenIds())) >>> 12) * 0x1p-52, Map.of());
  }

  public static long gradient(long weights, int iteration, int shard, List<ScoredGroup> groups) {
    long h = mix(weights, iteration, shard);
    for (ScoredGroup group : groups) {
      for (Completion completion : group.group().completions()) {
        h =
            mix(
                h,
                group.group().spec().groupId(),
                Arrays.hashCode(completion.tokenIds()),
                Arrays.hashCode(completion.policyVersions()));
      }
      for (Score score : group.scores()) {
        h = mix(h, score instanceof Score.Scored(double v, var _) ? Double.hashCode(v) : 1);
      }
    }
    return h;
  }

  /** The weights after a step, computed without any cluster. */
  public static long step(long weights, int iterations, int shards, List<ScoredGroup> groups) {
    long w = weights;
    for (int i = 0; i < iterations; i++) {
      long[] sums = new long[shards];
      for (int s = 0; s < shards; s++) {
        sums[s] = gradient(w, i, s, groups);
      }
      w = mix(w, sum(sums, 0, shards));
    }
    return w;
  }

  static long sum(long[] leaves, int first, int count) {
    if (count == 1) {
      return leaves[first];
    }
    int left = Integer.highestOneBit(count - 1);
    return mix(sum(leaves, first, left), sum(leaves, first + left, count - left));
  }
}
