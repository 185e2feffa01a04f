package io.troupe.rollout.pretrained;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The settings of generation that a model is published with, in {@code generation_config.json}.
 * Values of another form are ignored, and so are those that only mark a setting as unused, such as
 * a {@code top_k} of -1. Immutable.
 *
 * @param values numbers, flags and texts as text, by their names in the file
 * @param stopStrings texts that end a completion
 * @param isMarkedGreedy whether the temperature is 0 and sampling is not on: {@code temperature} is
 *     then not among the values
 */
public record PublishedSettings(
    Map<String, String> values, List<String> stopStrings, boolean isMarkedGreedy) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The names that are read. */
  private static final List<String> NAMES =
      List.of(
          "max_new_tokens",
          "do_sample",
          "temperature",
          "top_k",
          "top_p",
          "min_p",
          "repetition_penalty",
          "num_beams",
          "length_penalty",
          "early_stopping",
          "num_return_sequences");

  /** Copies the collections. */
  public PublishedSettings {
    values = Map.copyOf(values);
    stopStrings = List.copyOf(stopStrings);
  }

  /**
   * Reads the settings of a model.
   *
   * @param json text of the file; absent if the model has none
   * @throws IllegalArgumentException if the text is not JSON
   */
  public static PublishedSettings read(Optional<String> json) {
    JsonNode file = json.map(PublishedSettings::parse).orElseGet(JSON::createObjectNode);
    Map<String, String> values = new HashMap<>();
    for (String name : NAMES) {
      JsonNode value = file.path(name);
      if (value.isValueNode() && !value.isNull() && !isPlaceholder(file, name)) {
        values.put(name, value.asText());
      }
    }
    List<String> stopStrings = new ArrayList<>();
    file.path("stop_strings").forEach(text -> stopStrings.add(text.asText()));
    boolean isMarkedGreedy = file.has("temperature") && isPlaceholder(file, "temperature");
    return new PublishedSettings(values, stopStrings, isMarkedGreedy);
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "generation_config.json must be JSON, got another text", e);
    }
  }

  private static boolean isPlaceholder(JsonNode file, String name) {
    JsonNode value = file.path(name);
    return switch (name) {
      case "temperature", "top_p" ->
          value.isNumber() && value.doubleValue() == 0 && !file.path("do_sample").asBoolean();
      case "top_k" -> value.asDouble() < 0;
      default -> false;
    };
  }

  /** The value of a setting, if it is there and a number. */
  public OptionalDouble number(String name) {
    try {
      return values.containsKey(name)
          ? OptionalDouble.of(Double.parseDouble(values.get(name)))
          : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
