package io.troupe.deploy.bench.serve;

import io.troupe.deploy.bench.serve.LoadGenerator.Load;
import io.troupe.deploy.view.Figures;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The result of a benchmark, for printing.
 *
 * @param endpoint that was measured
 * @param model its model
 * @param settings of the load
 * @param metrics of the load
 * @param load the outcomes
 */
record ServeResult(
    EndpointSettings endpoint,
    String model,
    LoadSettings settings,
    ServeMetrics metrics,
    Load load) {
  private static final int MAX_REASONS = 3;
  private static final int REASON_WIDTH = 62;

  /** The settings and figures under the names of {@code vllm bench serve}. */
  Map<String, Object> toMap(String date) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("date", date);
    map.put("backend", endpoint.backend().toString());
    map.put("base_url", endpoint.baseUrl());
    map.put("model_id", model);
    map.putAll(settings.toMap());
    map.putAll(metrics.toMap());
    map.put("errors", reasons());
    return map;
  }

  /** How often each kind of failure occurred. */
  private Map<String, Integer> reasons() {
    Map<String, Integer> counts = new TreeMap<>();
    for (Outcome outcome : load.outcomes()) {
      if (outcome instanceof Outcome.Failed(String reason)) {
        counts.merge(reason.strip().replaceAll("\\s+", " "), 1, Integer::sum);
      }
    }
    return counts;
  }

  /** Prints a table of at most 80 columns. */
  void print(PrintWriter out) {
    out.printf(
        "%d completed, %d rejected, %d failed in %.2f s%n%n",
        metrics.completed(), metrics.rejected(), metrics.failed(), metrics.duration());
    out.println("%-16s %14s %14s".formatted("", "per second", "total"));
    printRate(out, "requests", metrics.completed());
    printRate(out, "input tokens", metrics.totalInputTokens());
    printRate(out, "output tokens", metrics.totalOutputTokens());
    printRate(out, "all tokens", metrics.totalInputTokens() + metrics.totalOutputTokens());
    if (metrics.goodput().isDefined()) {
      printRate(out, "good requests", metrics.good());
      out.println("good: " + metrics.goodput());
    }
    out.println();
    out.println("%-16s %11s %11s %11s".formatted("milliseconds", "mean", "median", "p99"));
    printLatency(out, "first token", metrics.ttft());
    printLatency(out, "per later token", metrics.tpot());
    printLatency(out, "between tokens", metrics.itl());
    printLatency(out, "last token", metrics.e2el());
    printReasons(out);
    out.flush();
  }

  private void printRate(PrintWriter out, String name, long total) {
    out.printf("%-16s %,14.2f %14s%n", name, metrics.perSecond(total), Figures.count(total));
  }

  private static void printLatency(PrintWriter out, String name, Distribution latency) {
    out.printf(
        "%-16s %,11.2f %,11.2f %,11.2f%n", name, latency.mean(), latency.median(), latency.p99());
  }

  private void printReasons(PrintWriter out) {
    List<Map.Entry<String, Integer>> reasons =
        reasons().entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
            .toList();
    for (var reason : reasons.subList(0, Math.min(MAX_REASONS, reasons.size()))) {
      out.println(
          "failed %d: %s"
              .formatted(reason.getValue(), Figures.excerpt(reason.getKey(), REASON_WIDTH)));
    }
    if (reasons.size() > MAX_REASONS) {
      out.println("and " + (reasons.size() - MAX_REASONS) + " other kinds of failures");
    }
  }
}
