package io.troupe.training.grpo;

import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.packing.PackedSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The samples of a batch in the order of their groups, with lengths, rewards and advantages. */
final class GrpoBatch {
  private final List<ScoredGroup> groups;
  private final List<Completion> completions = new ArrayList<>();
  private final List<PackedSample> samples = new ArrayList<>();
  private final double[] rewards;
  private final int[] lengths;
  private final Advantages advantages;

  GrpoBatch(List<ScoredGroup> groups, GrpoConfig config) {
    this.groups = List.copyOf(groups);
    List<Double> values = new ArrayList<>();
    for (ScoredGroup scored : groups) {
      int[] prompt = scored.group().spec().prompt().tokenIds();
      for (int i = 0; i < scored.scores().size(); i++) {
        Completion completion = scored.group().completions().get(i);
        samples.add(
            new PackedSample(
                samples.size(), scored.group().spec().groupId(), prompt, completion.tokenIds()));
        completions.add(completion);
        values.add(
            switch (scored.scores().get(i)) {
              case Score.Scored(double value, var _) -> value;
              case Score.Unscorable(var _) -> Double.NaN;
            });
      }
    }
    rewards = values.stream().mapToDouble(Double::doubleValue).toArray();
    boolean mask = config.maskTruncatedCompletions();
    lengths =
        completions.stream()
            .mapToInt(c -> mask && c.finishReason().isTruncated() ? 0 : c.tokenIds().length)
            .toArray();
    advantages =
        Advantages.of(
            config.scaleRewards(),
            rewards,
            groups.stream().mapToInt(group -> group.scores().size()).toArray());
  }

  List<ScoredGroup> groups() {
    return groups;
  }

  List<Completion> completions() {
    return completions;
  }

  List<PackedSample> samples() {
    return samples;
  }

  /** Rewards by sample; NaN if unscorable. */
  double[] rewards() {
    return rewards;
  }

  /** Tokens of each sample that count in the loss. */
  int[] lengths() {
    return lengths;
  }

  Advantages advantages() {
    return advantages;
  }

  /**
   * Of the samples {@code [from, to)}, those of groups that have a sample with a gradient among
   * them, or those of all other groups.
   */
  List<PackedSample> samplesOf(GrpoObjective objective, boolean withGradient, int from, int to) {
    List<PackedSample> chosen = new ArrayList<>();
    int first = 0;
    for (ScoredGroup group : groups) {
      int end = first + group.scores().size();
      if (first < to && from < end) {
        List<PackedSample> members = samples.subList(Math.max(first, from), Math.min(end, to));
        if (members.stream().anyMatch(s -> objective.hasGradient(s.index())) == withGradient) {
          chosen.addAll(members);
        }
      }
      first = end;
    }
    return chosen;
  }

  /** Whether every token of a sample was sampled by the given policy. */
  boolean isOnPolicy(int sample, long policyVersion) {
    return Arrays.stream(completions.get(sample).policyVersions())
        .allMatch(version -> version == policyVersion);
  }

  /** An array with one number per token, by sample. */
  double[][] perToken() {
    return samples.stream()
        .map(sample -> new double[sample.completionIds().length])
        .toArray(double[][]::new);
  }

  /** The log-probabilities that the rollout recorded for a sample's tokens. */
  double[] recordedLogps(int sample) {
    float[] recorded = completions.get(sample).logProbs();
    double[] wide = new double[recorded.length];
    for (int t = 0; t < wide.length; t++) {
      wide[t] = recorded[t];
    }
    return wide;
  }

  int samplesTrained() {
    int trained = 0;
    for (int s = 0; s < rewards.length; s++) {
      trained += lengths[s] > 0 && !Double.isNaN(rewards[s]) ? 1 : 0;
    }
    return trained;
  }

  /** Number of tokens, with each prompt counted once per sample, as in TRL. */
  long numTokens() {
    return samples.stream()
        .mapToLong(sample -> sample.promptIds().length + sample.completionIds().length)
        .sum();
  }
}
