package io.troupe.deploy.bench.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.data.json.FiniteJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Results that {@code bench --json} printed.
 *
 * @param lines one result each
 */
record Results(List<JsonNode> lines) {
  /** The title of the reference loop, whose differences are those of the machine. */
  static final String REFERENCE = "reference loop";

  Results {
    lines = List.copyOf(lines);
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is not a file of results
   */
  static Results read(Path file) {
    try {
      return parse(file.toString(), Files.readAllLines(file));
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IllegalArgumentException(
          "a file of results must exist, got " + file + "; bench --json writes results", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /**
   * Parses lines; empty ones are skipped.
   *
   * @param source shown in errors
   */
  static Results parse(String source, List<String> texts) {
    List<JsonNode> lines = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!texts.get(i).isBlank()) {
        lines.add(parse(source + " line " + (i + 1), texts.get(i)));
      }
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(source + " must contain results, got none");
    }
    return new Results(lines);
  }

  private static JsonNode parse(String source, String text) {
    try {
      JsonNode line = FiniteJson.read(text, JsonNode.class);
      if (line.path("title").isTextual() && line.path("median_s").isNumber()) {
        return line;
      }
    } catch (JsonProcessingException e) {
      throw notAResult(source, text, e);
    }
    throw notAResult(source, text, null);
  }

  private static IllegalArgumentException notAResult(String source, String text, Exception cause) {
    String start = text.length() > 40 ? text.substring(0, 40) + "..." : text;
    return new IllegalArgumentException(
        source + " must be a result of bench --json, got " + start, cause);
  }

  /** The medians by title, the reference loop first. */
  Map<String, Medians> byTitle() {
    Map<String, List<JsonNode>> groups = new LinkedHashMap<>();
    for (JsonNode line : lines) {
      groups.computeIfAbsent(line.get("title").asText(), _ -> new ArrayList<>()).add(line);
    }
    Map<String, Medians> medians = new LinkedHashMap<>();
    double[] reference = reference();
    if (reference.length > 0) {
      medians.put(REFERENCE, Medians.ofProcesses(REFERENCE, reference));
    }
    groups.forEach((title, group) -> medians.put(title, of(title, group)));
    return medians;
  }

  private static Medians of(String title, List<JsonNode> group) {
    if (group.size() > 1) {
      return Medians.ofProcesses(
          title, group.stream().mapToDouble(line -> line.get("median_s").asDouble()).toArray());
    }
    double median = group.getFirst().get("median_s").asDouble();
    return Medians.ofRepetitions(
        title,
        median,
        group.getFirst().path("q1_s").asDouble(median),
        group.getFirst().path("q3_s").asDouble(median));
  }

  /** Seconds per GFLOP of the reference loop beside each result. */
  private double[] reference() {
    return lines.stream()
        .mapToDouble(line -> line.path("reference_gflop_s").asDouble())
        .filter(rate -> rate > 0)
        .map(rate -> 1 / rate)
        .toArray();
  }

  /** The machine of the first result. */
  String machine() {
    JsonNode environment = lines.getFirst().path("environment");
    return "%s, %s, %s threads"
        .formatted(
            environment.path("cpu").asText("unknown CPU"),
            environment.path("isa").asText("unknown instruction set"),
            environment.path("threads").asText("unknown"));
  }

  /** The program of the first result. */
  String program() {
    JsonNode environment = lines.getFirst().path("environment");
    return "commit %.8s, JDK %s, %s"
        .formatted(
            environment.path("commit").asText("unknown"),
            environment.path("jdk").asText("unknown"),
            environment.path("date").asText("unknown date"));
  }
}
