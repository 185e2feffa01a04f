package io.troupe.serving.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** The histogram buckets of vLLM, so that its dashboards fit. */
final class Buckets {
  /** Time to the first token. */
  static final Duration[] FIRST_TOKEN =
      seconds(
          0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20,
          40, 80, 160, 640, 2560);

  /** Time between tokens. The first three are smaller than vLLM's: small models need them. */
  static final Duration[] BETWEEN_TOKENS =
      seconds(
          0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1,
          2.5, 5, 7.5, 10, 20, 40, 80);

  /** Time of a request. */
  static final Duration[] REQUEST =
      seconds(
          0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920,
          7680);

  private Buckets() {}

  /** 1, 2, 5, 10, 20, 50, ... up to a number of tokens. */
  static double[] tokens(int most) {
    return DoubleStream.iterate(1, decade -> decade <= most, decade -> decade * 10)
        .flatMap(decade -> DoubleStream.of(decade, 2 * decade, 5 * decade))
        .filter(bucket -> bucket <= most)
        .toArray();
  }

  private static Duration[] seconds(double... seconds) {
    return Arrays.stream(seconds)
        .mapToObj(s -> Duration.ofNanos(Math.round(s * 1e9)))
        .toArray(Duration[]::new);
  }
}
