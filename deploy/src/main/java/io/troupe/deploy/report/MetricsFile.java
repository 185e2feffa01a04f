package io.troupe.deploy.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The lines of a run's {@code metrics.jsonl}.
 *
 * @param lines one object per step
 */
public record MetricsFile(List<JsonNode> lines) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The values of a metric during a run.
   *
   * @param steps the steps with a value
   * @param values one per step
   */
  public record Series(List<Double> steps, List<Double> values) {
    /** Whether no step has the metric. */
    public boolean isEmpty() {
      return steps.isEmpty();
    }
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read, or is not JSON
   */
  public static MetricsFile read(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    try (Stream<String> texts = Files.lines(file)) {
      for (String text : (Iterable<String>) texts::iterator) {
        lines.add(JSON.readTree(text));
      }
    }
    return new MetricsFile(lines);
  }

  /** Returns the last step; 0 if there is none. */
  public long lastStep() {
    return lines.isEmpty() ? 0 : lines.getLast().path("step").asLong();
  }

  /** Returns the names of all metrics in the order of their first occurrence. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    lines.forEach(line -> line.fieldNames().forEachRemaining(names::add));
    return names;
  }

  /** Returns a metric by its name; empty if no step has it. */
  public Series series(String name) {
    List<Double> steps = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (JsonNode line : lines) {
      if (line.path(name).isNumber()) {
        steps.add(line.path("step").asDouble());
        values.add(line.path(name).asDouble());
      }
    }
    return new Series(steps, values);
  }
}
