package io.troupe.training.grpo;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Score;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Metrics of samples that do not depend on the model: lengths and rewards, in TRL's names. */
final class SampleMetrics {
  private SampleMetrics() {}

  static Map<String, Double> of(GrpoBatch batch) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    addRewards(metrics, batch);
    addLengths(metrics, "", lengths(batch, completion -> true));
    double[] terminated = lengths(batch, completion -> !completion.finishReason().isTruncated());
    int samples = batch.completions().size();
    metrics.put("completions/clipped_ratio", 1 - (double) terminated.length / samples);
    addLengths(metrics, "terminated_", terminated.length == 0 ? new double[1] : terminated);
    return metrics;
  }

  private static double[] lengths(GrpoBatch batch, Predicate<Completion> which) {
    return batch.completions().stream()
        .filter(which)
        .mapToDouble(completion -> completion.tokenIds().length)
        .toArray();
  }

  private static void addLengths(Map<String, Double> metrics, String kind, double[] lengths) {
    metrics.put("completions/mean_" + kind + "length", Advantages.mean(lengths));
    metrics.put("completions/min_" + kind + "length", Arrays.stream(lengths).min().orElse(0));
    metrics.put("completions/max_" + kind + "length", Arrays.stream(lengths).max().orElse(0));
  }

  private static void addRewards(Map<String, Double> metrics, GrpoBatch batch) {
    metrics.put("reward", Advantages.mean(batch.rewards()));
    metrics.put("reward_std", Advantages.std(batch.rewards()));
    metrics.put("frac_reward_zero_std", batch.advantages().fracRewardZeroStd());
    TreeSet<String> names = new TreeSet<>();
    scored(batch).forEach(score -> names.addAll(score.parts().keySet()));
    for (String name : names) {
      double[] parts =
          scored(batch)
              .filter(score -> score.parts().containsKey(name))
              .mapToDouble(score -> score.parts().get(name))
              .toArray();
      metrics.put("rewards/" + name + "/mean", Advantages.mean(parts));
      metrics.put("rewards/" + name + "/std", Advantages.std(parts));
    }
    double unscorable =
        Arrays.stream(batch.rewards()).filter(reward -> Double.isNaN(reward)).count();
    metrics.put("frac_unscorable", unscorable / batch.rewards().length);
  }

  private static java.util.stream.Stream<Score.Scored> scored(GrpoBatch batch) {
    return batch.groups().stream()
        .flatMap(group -> group.scores().stream())
        .filter(Score.Scored.class::isInstance)
        .map(Score.Scored.class::cast);
  }
}
