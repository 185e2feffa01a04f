package io.troupe.deploy.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.supervised.SupervisedSummary;
import io.troupe.deploy.view.Figures;
import io.troupe.deploy.view.Style;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The results of a supervised run as a table: each metric at the first evaluation, at the best
 * evaluation, and on the test set.
 *
 * @param metrics of the run
 * @param summary of the run
 * @param style of the terminal
 */
public record SupervisedTable(MetricsFile metrics, SupervisedSummary summary, Style style) {
  private static final String PREFIX = "eval_";

  /** Returns the lines of the table. */
  public List<String> lines() {
    List<JsonNode> evaluations =
        metrics.lines().stream().filter(line -> line.has(PREFIX + "loss")).toList();
    List<String> lines = new ArrayList<>();
    if (evaluations.isEmpty()) {
      return lines;
    }
    JsonNode first = evaluations.getFirst();
    JsonNode best =
        evaluations.stream()
            .filter(line -> line.path("step").asLong() == summary.bestStep())
            .findFirst()
            .orElse(evaluations.getLast());
    lines.add(style.dim(row("", after(first), "best, " + after(best), "test")));
    Set<String> names = figures(evaluations.getLast());
    summary.results().keySet().forEach(name -> names.add(name.replaceFirst("^test_", "")));
    for (String name : names) {
      lines.add(
          row(
                  name.replace('_', ' '),
                  Figures.metric(name, value(first, name)),
                  Figures.metric(name, value(best, name)),
                  "")
              + style.bold(
                  Figures.metric(
                      name, summary.results().getOrDefault("test_" + name, Double.NaN))));
    }
    return lines;
  }

  private static Set<String> figures(JsonNode evaluation) {
    Set<String> names = new LinkedHashSet<>();
    evaluation
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (name.startsWith(PREFIX)) {
                names.add(name.substring(PREFIX.length()));
              }
            });
    return names;
  }

  private static double value(JsonNode line, String name) {
    return line.path(PREFIX + name).asDouble(Double.NaN);
  }

  private static String after(JsonNode line) {
    return "epoch " + Figures.amount(line.path("epoch").asDouble());
  }

  private static String row(String name, String first, String best, String test) {
    return "%-15s %-15s %-19s %s".formatted(name, first, best, test);
  }
}
