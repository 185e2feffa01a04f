package io.troupe.deploy.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.deploy.view.Figures;
import io.troupe.deploy.view.Style;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Samples of the first and the last step, for runs without held-out questions.
 *
 * @param file samples of the run, one JSON object per line
 * @param style of the terminal
 */
public record SampleExcerpts(Path file, Style style) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EACH = 2;
  private static final int PROMPT_WIDTH = 40;
  private static final int COMPLETION_WIDTH = 160;

  /**
   * Returns the lines; none if the run wrote no samples.
   *
   * @throws IOException if the file cannot be read, or is not JSON
   */
  public List<String> lines() throws IOException {
    List<JsonNode> first = new ArrayList<>();
    List<JsonNode> last = new ArrayList<>();
    try (Stream<String> texts = Files.lines(file)) {
      for (String text : (Iterable<String>) texts::iterator) {
        JsonNode sample = JSON.readTree(text);
        if (first.size() < EACH) {
          first.add(sample);
        }
        last.add(sample);
        if (last.size() > EACH) {
          last.removeFirst();
        }
      }
    }
    List<String> lines = new ArrayList<>();
    first.forEach(sample -> lines.add(line(sample)));
    last.forEach(sample -> lines.add(line(sample)));
    return lines;
  }

  /**
   * Returns the prompt of the first sample, if the run wrote one.
   *
   * @throws IOException if the file cannot be read, or is not JSON
   */
  public Optional<String> firstPrompt() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      String line = lines.readLine();
      return line == null
          ? Optional.empty()
          : Optional.of(JSON.readTree(line).path("prompt").asText());
    }
  }

  private String line(JsonNode sample) {
    JsonNode reward = sample.path("reward");
    return style.dim(
            "step %-5d reward %-6s "
                .formatted(
                    sample.path("step").asLong(),
                    reward.isNumber() ? Figures.decimal(reward.asDouble()) : "none"))
        + Figures.excerpt(sample.path("prompt").asText(), PROMPT_WIDTH)
        + style.dim(" | ")
        + Figures.excerpt(sample.path("completion").asText(), COMPLETION_WIDTH);
  }
}
