package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.ledger.GroupDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the lengths of completions that are trained with those that are sampled. Long
 * completions arrive later; if groups were dropped for that, the policy would learn from short ones
 * only. Counts since the start of the epoch.
 */
final class LengthBias {
  private long tokensSampled;
  private long samplesSampled;
  private long tokensTrained;
  private long samplesTrained;

  void sampled(GroupDigest group) {
    tokensSampled += group.numTokens();
    samplesSampled += group.numSamples();
  }

  void trained(List<GroupDigest> groups) {
    for (GroupDigest group : groups) {
      tokensTrained += group.numTokens();
      samplesTrained += group.numSamples();
    }
  }

  /** Mean lengths, and the difference of the trained ones from the sampled ones. */
  Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (samplesSampled > 0 && samplesTrained > 0) {
      double sampled = (double) tokensSampled / samplesSampled;
      double trained = (double) tokensTrained / samplesTrained;
      metrics.put("completions/mean_length_sampled", sampled);
      metrics.put("completions/mean_length_trained", trained);
      metrics.put("completions/length_bias", trained - sampled);
    }
    return metrics;
  }
}
