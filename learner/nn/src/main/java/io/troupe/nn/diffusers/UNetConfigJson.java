package io.troupe.nn.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.lm.ConfigJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads settings that the configurations of diffusers share. */
final class UNetConfigJson {
  private static final int MAX_CHANNELS = 1 << 16;
  private static final int MAX_LEVELS = 16;

  private UNetConfigJson() {}

  /** The channels of the levels. */
  static List<Integer> channels(ConfigJson json, List<Integer> absent) {
    List<Integer> channels = perLevel(json, "block_out_channels", absent);
    if (channels.isEmpty() || channels.size() > MAX_LEVELS) {
      throw new IllegalArgumentException(
          "block_out_channels must have from 1 to %d numbers, got %d"
              .formatted(MAX_LEVELS, channels.size()));
    }
    return channels;
  }

  /** Integers above 0, one for each level. */
  static List<Integer> perLevel(ConfigJson json, String key, List<Integer> absent) {
    if (!json.has(key)) {
      return absent;
    }
    List<Integer> numbers = new ArrayList<>();
    for (double number : json.numbers(key)) {
      if (number != (int) number || number < 1 || number > MAX_CHANNELS) {
        throw new IllegalArgumentException(
            "%s must have integers from 1 to %d, got %s"
                .formatted(key, MAX_CHANNELS, json.shown(key)));
      }
      numbers.add((int) number);
    }
    return numbers;
  }

  /** An integer above 0 for each level, which files may write as one number for all. */
  static List<Integer> sameOrPerLevel(ConfigJson json, String key, int absent, int numLevels) {
    if (json.has(key) && json.node().get(key).isArray()) {
      List<Integer> numbers = perLevel(json, key, List.of());
      requireLevels(key, numbers.size(), numLevels);
      return numbers;
    }
    return java.util.Collections.nCopies(numLevels, json.positive(key, absent));
  }

  /** The types of levels, each of which must be known. */
  static List<String> types(ConfigJson json, String key, List<String> absent, List<String> known) {
    List<String> types = json.has(key) ? json.texts(key) : absent;
    for (String type : types) {
      if (!known.contains(type)) {
        throw new IllegalArgumentException(
            "%s must be among %s, got %s".formatted(key, String.join(", ", known), type));
      }
    }
    return types;
  }

  /** Checks that a list has an element for each level. */
  static void requireLevels(String key, int size, int numLevels) {
    if (size != numLevels) {
      throw new IllegalArgumentException(
          "%s must have one element for each of the %d block_out_channels, got %d"
              .formatted(key, numLevels, size));
    }
  }

  /**
   * Rejects settings with another value than the one that is supported.
   *
   * @param supported the text of the JSON value by key; absent and null are supported too
   */
  static void require(ConfigJson json, Map<String, String> supported) {
    supported.forEach(
        (key, value) -> {
          JsonNode given = json.node().get(key);
          if (json.has(key) && !equal(given, value)) {
            throw new IllegalArgumentException(
                "%s must be %s, got %s".formatted(key, value, json.shown(key)));
          }
        });
  }

  private static boolean equal(JsonNode given, String value) {
    if (given.isNumber()) {
      return value.matches("[0-9.]+") && given.doubleValue() == Double.parseDouble(value);
    }
    return given.isTextual() ? given.textValue().equals(value) : given.toString().equals(value);
  }
}
