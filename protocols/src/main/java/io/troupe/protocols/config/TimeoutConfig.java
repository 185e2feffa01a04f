package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Deadlines of requests and of the process.
 *
 * @param request maximum time from the admission of a request to its last token
 * @param drain maximum time that running requests get after SIGTERM
 * @param stall time without a token, despite pending requests, after which the endpoint reports
 *     itself as unhealthy
 */
public record TimeoutConfig(Duration request, Duration drain, Duration stall) {
  static final Section SECTION =
      Section.of("timeouts", "Deadlines of requests and of the process.");

  private static final Key<Duration> REQUEST =
      SECTION.add(
          "request-timeout",
          ValueType.DURATION,
          Duration.ofMinutes(10),
          ServingConfig.positive(),
          "Maximum time from the admission of a request to its last token.");
  private static final Key<Duration> DRAIN =
      SECTION.add(
          "drain-timeout",
          ValueType.DURATION,
          Duration.ofSeconds(30),
          ServingConfig.positive(),
          "Maximum time that running requests get after SIGTERM.");
  private static final Key<Duration> STALL =
      SECTION.add(
          "stall-timeout",
          ValueType.DURATION,
          Duration.ofSeconds(60),
          ServingConfig.positive(),
          "Time without a token, despite pending requests, after which /health reports a stall.");

  /** Checks the ranges. */
  public TimeoutConfig {
    REQUEST.check(request);
    DRAIN.check(drain);
    STALL.check(stall);
  }

  static TimeoutConfig from(Config config) {
    return new TimeoutConfig(REQUEST.read(config), DRAIN.read(config), STALL.read(config));
  }
}
