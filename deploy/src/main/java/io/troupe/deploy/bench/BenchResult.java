package io.troupe.deploy.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One measurement beside its floor.
 *
 * @param work what was done, such as {@code decode}
 * @param settings what distinguishes it, by name, in order
 * @param unit what is counted, such as {@code tokens}
 * @param units how many of them a repetition handles
 * @param timings of the repetitions
 * @param floorSeconds the least time that a repetition could take on this machine
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

  /** The part of the time that the machine could not save. */
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
