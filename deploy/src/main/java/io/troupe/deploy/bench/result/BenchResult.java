package io.troupe.deploy.bench.result;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One measurement.
 *
 * @param work the workload, such as {@code decode}
 * @param title the workload with its settings, which identifies the measurement in comparisons
 * @param settings of the workload by name, in order
 * @param unit unit of throughput, such as {@code tok}
 * @param units number of units per repetition
 * @param timings of the repetitions
 * @param floorSeconds minimum time of a repetition on this machine; empty if it is not known
 * @param details other figures by name
 */
public record BenchResult(
    String work,
    String title,
    Map<String, Object> settings,
    String unit,
    double units,
    Timings timings,
    OptionalDouble floorSeconds,
    Map<String, Object> details) {

  /** Copies the maps, whose order is kept. */
  public BenchResult {
    settings = new LinkedHashMap<>(settings);
    details = new LinkedHashMap<>(details);
  }

  /** Units per second in the median repetition. */
  public double medianRate() {
    return units / timings.median();
  }

  /** The floor as a share of the median time. */
  public OptionalDouble shareOfFloor() {
    return floorSeconds.isEmpty()
        ? floorSeconds
        : OptionalDouble.of(floorSeconds.getAsDouble() / timings.median());
  }

  /** The fields by name. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("work", work);
    map.put("title", title);
    map.putAll(settings);
    map.put("n", timings.count());
    map.put("median_s", timings.median());
    map.put("min_s", timings.best());
    map.put("max_s", timings.worst());
    map.put("q1_s", timings.quantile(0.25));
    map.put("q3_s", timings.quantile(0.75));
    String name = unit.toLowerCase(Locale.ROOT);
    map.put("median_" + name + "_s", medianRate());
    map.put("best_" + name + "_s", units / timings.best());
    floorSeconds.ifPresent(floor -> map.put("floor_s", floor));
    shareOfFloor().ifPresent(share -> map.put("floor_share", share));
    map.putAll(details);
    return map;
  }
}
