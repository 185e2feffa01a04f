package io.troupe.actors.supervised;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What came of a supervised run; {@code summary.json} holds it under the names of {@link #toMap}.
 *
 * @param model its name in the catalog
 * @param parameters elements of its parameters
 * @param steps steps made
 * @param epochs passes over the training examples, the last perhaps not whole
 * @param numExamples examples learned from, each as often as it came
 * @param bestStep the step with the best evaluation
 * @param results figures of the result on the test part, such as {@code test_accuracy}
 * @param examplesPerSecond over the wall time of the steps
 * @param wallSeconds wall time of the whole run
 * @param peakResidentBytes the most memory that the process held; 0 where the system does not say
 */
public record SupervisedSummary(
    String model,
    long parameters,
    long steps,
    double epochs,
    long numExamples,
    long bestStep,
    Map<String, Double> results,
    double examplesPerSecond,
    double wallSeconds,
    long peakResidentBytes) {
  /** Copies the map. */
  public SupervisedSummary {
    results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
  }

  /** The keys and values of {@code summary.json}, in its order; null stands for NaN. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", model);
    map.put("parameters", parameters);
    map.put("steps", steps);
    map.put("epochs", epochs);
    map.put("examples", numExamples);
    map.put("best_step", bestStep);
    results.forEach((name, value) -> map.put(name, Double.isFinite(value) ? value : null));
    map.put("examples_per_second", examplesPerSecond);
    map.put("wall_seconds", wallSeconds);
    map.put("peak_resident_bytes", peakResidentBytes);
    return map;
  }
}
