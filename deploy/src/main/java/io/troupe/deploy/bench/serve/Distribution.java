package io.troupe.deploy.bench.serve;

import java.util.Arrays;
import java.util.Map;

/**
 * Mean and quantiles of a latency over requests or tokens, in milliseconds; all 0 without a value.
 *
 * @param mean arithmetic mean
 * @param std standard deviation of the population
 * @param median middle value
 * @param p99 the 99th percentile, interpolated linearly between neighbors as numpy does
 */
record Distribution(double mean, double std, double median, double p99) {

  /** The distribution of values in any order. NaN is left out. */
  static Distribution of(double[] values) {
    double[] present = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    if (present.length == 0) {
      return new Distribution(0, 0, 0, 0);
    }
    Arrays.sort(present);
    double mean = Arrays.stream(present).sum() / present.length;
    double squares = Arrays.stream(present).map(value -> (value - mean) * (value - mean)).sum();
    return new Distribution(
        mean, Math.sqrt(squares / present.length), quantile(present, 0.5), quantile(present, 0.99));
  }

  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  /** Adds the figures under their names, such as {@code mean_ttft_ms}. */
  void addTo(Map<String, Object> map, String name) {
    map.put("mean_" + name + "_ms", mean);
    map.put("median_" + name + "_ms", median);
    map.put("std_" + name + "_ms", std);
    map.put("p99_" + name + "_ms", p99);
  }
}
