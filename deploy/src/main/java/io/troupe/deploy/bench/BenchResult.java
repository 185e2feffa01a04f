package io.troupe.deploy.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One measurement and its floor.
 *
 * @param work the workload, such as {@code decode}
 * @param settings its settings by name, in order
 * @param unit unit of throughput, such as {@code tokens}
 * @param units number of units per repetition
 * @param timings of the repetitions
 * @param floorSeconds minimum time of a repetition on this machine
 */
record BenchResult(
    String work,
    Map<String, Object> settings,
    String unit,
    double units,
    Timings timings,
    double floorSeconds) {

  BenchResult {
    settings = new LinkedHashMap<>(settings);
  }

  double medianRate() {
    return units / timings.median();
  }

  /** The floor as a share of the median time. */
  double shareOfFloor() {
    return floorSeconds / timings.median();
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("work", work);
    map.putAll(settings);
    map.put("n", timings.seconds().length);
    map.put("median_s", timings.median());
    map.put("min_s", timings.best());
    map.put("max_s", timings.worst());
    map.put("median_" + unit + "_s", medianRate());
    map.put("best_" + unit + "_s", units / timings.best());
    map.put("floor_s", floorSeconds);
    map.put("floor_share", shareOfFloor());
    return map;
  }
}
