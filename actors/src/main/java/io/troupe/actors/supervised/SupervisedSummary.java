package io.troupe.actors.supervised;

import io.troupe.actors.run.RunSummary;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The results of a supervised run; {@code summary.json} contains them under the names of {@link
 * #toMap}.
 *
 * @param model name of the model in the registry
 * @param parameters number of trained values
 * @param steps completed steps
 * @param epochs passes over the training examples
 * @param numExamples examples trained on; an example counts once per epoch
 * @param bestStep the step with the best evaluation
 * @param results figures on the test set, such as {@code test_accuracy}
 * @param examplesPerSecond over the wall time of the steps
 * @param wallSeconds wall time of the whole run
 * @param peakResidentBytes the peak memory of the process; 0 where the system does not report it
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
    long peakResidentBytes)
    implements RunSummary {
  /** Copies the map. */
  public SupervisedSummary {
    results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
  }

  @Override
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
