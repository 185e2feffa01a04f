package io.troupe.deploy.bench.serve;

import io.troupe.deploy.bench.serve.TokenArrivals.Latency;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Service-level objectives: the latencies that a good request does not exceed.
 *
 * @param limitsMs maximum of each limited latency in milliseconds; empty: there are no objectives
 */
public record Goodput(Map<Metric, Double> limitsMs) {
  /** A latency of a request. */
  public enum Metric {
    /** Time to the first token. */
    TTFT,
    /** Mean time per token after the first. */
    TPOT,
    /** Time to the last token. */
    E2EL;

    private double of(Latency latency) {
      return switch (this) {
        case TTFT -> latency.ttft();
        case TPOT -> latency.tpot();
        case E2EL -> latency.e2el();
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the limits. */
  public Goodput {
    limitsMs = Map.copyOf(limitsMs);
  }

  /**
   * Parses objectives such as {@code ttft:200}.
   *
   * @throws IllegalArgumentException if one is not a known latency with a positive number
   */
  public static Goodput parse(Collection<String> objectives) {
    Map<Metric, Double> limits = new EnumMap<>(Metric.class);
    for (String objective : objectives) {
      int colon = objective.indexOf(':');
      Metric metric = metric(objective, colon < 0 ? objective : objective.substring(0, colon));
      limits.put(metric, milliseconds(objective, objective.substring(colon + 1)));
    }
    return new Goodput(limits);
  }

  private static Metric metric(String objective, String name) {
    for (Metric metric : Metric.values()) {
      if (metric.toString().equals(name)) {
        return metric;
      }
    }
    throw rejected(objective);
  }

  private static double milliseconds(String objective, String text) {
    try {
      double value = Double.parseDouble(text);
      if (value > 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw rejected(objective);
    }
    throw rejected(objective);
  }

  private static IllegalArgumentException rejected(String objective) {
    return new IllegalArgumentException(
        "--goodput must be ttft:MS, tpot:MS or e2el:MS with MS > 0, got " + objective);
  }

  /** Whether there are objectives. */
  boolean isDefined() {
    return !limitsMs.isEmpty();
  }

  /** Whether a request met every objective; a request of one token meets any {@code tpot}. */
  boolean isMetBy(Latency latency) {
    return limitsMs.entrySet().stream()
        .noneMatch(limit -> limit.getKey().of(latency) > limit.getValue());
  }

  /** The objectives, such as {@code ttft 200 ms, tpot 50 ms}. */
  @Override
  public String toString() {
    return limitsMs.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(limit -> "%s %.4g ms".formatted(limit.getKey(), limit.getValue()))
        .collect(Collectors.joining(", "));
  }
}
