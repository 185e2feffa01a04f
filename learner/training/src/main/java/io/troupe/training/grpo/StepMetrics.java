package io.troupe.training.grpo;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of a training step.
 *
 * @param step counted from 1
 * @param policyVersion of the weights after the step
 * @param values metrics under TRL's names, in fixed order; metrics without a value in this step
 *     (such as the reward if no sample has a score) are missing. {@code logprob_gap_max} is the
 *     largest difference, in nats, between a log-probability that the rollout recorded and the
 *     learner's own under the same weights
 * @param groupIds ids of the trained groups
 * @param samplesTrained number of their samples with a score that are not masked
 */
public record StepMetrics(
    long step,
    long policyVersion,
    Map<String, Double> values,
    List<Long> groupIds,
    int samplesTrained) {

  /** Copies the collections. */
  public StepMetrics {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    groupIds = List.copyOf(groupIds);
  }
}
