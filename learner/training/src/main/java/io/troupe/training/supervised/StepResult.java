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
 * @param losses parts of the loss, by name; empty if there is one loss
 */
public record StepResult(
    long step,
    double loss,
    double gradNorm,
    double learningRate,
    int numExamples,
    Map<String, Double> losses) {
  /** A result of one loss. */
  public StepResult(long step, double loss, double gradNorm, double learningRate, int numExamples) {
    this(step, loss, gradNorm, learningRate, numExamples, Map.of());
  }

  /** The metrics under the names of transformers' Trainer. */
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", loss);
    losses.forEach((part, value) -> metrics.put("loss/" + part, value));
    metrics.put("grad_norm", gradNorm);
    metrics.put("learning_rate", learningRate);
    return metrics;
  }
}
