package io.troupe.training.supervised;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The metrics of a training step.
 *
 * @param step counted from 1
 * @param loss before the update
 * @param gradNorm of all gradients before clipping
 * @param learningRate of the step
 * @param numExamples in the batch
 */
public record StepResult(
    long step, double loss, double gradNorm, double learningRate, int numExamples) {
  /** The metrics under the names of transformers' Trainer. */
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", loss);
    metrics.put("grad_norm", gradNorm);
    metrics.put("learning_rate", learningRate);
    return metrics;
  }
}
