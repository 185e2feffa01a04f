package io.troupe.reward;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the settings of one reward. Errors name the reward and the key. */
record RewardParameters(String reward, Config config) {
  private static final Pattern SEPARATORS = Pattern.compile("[,\\s]+");

  /** Throws if a key is set that the reward does not have. */
  RewardParameters allow(String... keys) {
    Set<String> unknown = new TreeSet<>(config.root().keySet());
    unknown.removeAll(Set.of(keys));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "reward %s: setting must be %s, got %s"
              .formatted(
                  reward,
                  keys.length == 0 ? "left out" : "one of " + String.join(", ", keys),
                  String.join(", ", unknown)));
    }
    return this;
  }

  String text(String key, String otherwise) {
    return read(key, Config::getString, otherwise);
  }

  int count(String key, int otherwise) {
    return read(key, Config::getInt, otherwise);
  }

  boolean flag(String key, boolean otherwise) {
    return read(key, Config::getBoolean, otherwise);
  }

  /** A list, or one text with commas or spaces between its elements. */
  List<String> texts(String key) {
    boolean isText =
        config.hasPath(key) && config.getValue(key).valueType() == ConfigValueType.STRING;
    return isText
        ? SEPARATORS.splitAsStream(text(key, "")).filter(part -> !part.isEmpty()).toList()
        : read(key, Config::getStringList, List.of());
  }

  /** One of the constants of an enum, written in lower case with hyphens. */
  <E extends Enum<E>> E choice(String key, E otherwise) {
    String given = text(key, written(otherwise));
    E[] choices = otherwise.getDeclaringClass().getEnumConstants();
    for (E choice : choices) {
      if (written(choice).equals(given)) {
        return choice;
      }
    }
    String names =
        Arrays.stream(choices).map(RewardParameters::written).collect(Collectors.joining(", "));
    throw invalid(key, "be one of " + names, given);
  }

  private static String written(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the configuration sets a key. */
  boolean isSet(String key) {
    return config.hasPath(key);
  }

  /** An error of the form that all settings share. */
  IllegalArgumentException invalid(String key, String expectation, String got) {
    return new IllegalArgumentException(
        "reward " + reward + ": " + key + " must " + expectation + ", got " + got);
  }

  private <T> T read(String key, Getter<T> getter, T otherwise) {
    if (!config.hasPath(key)) {
      return otherwise;
    }
    try {
      return getter.get(config, key);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "reward " + reward + ": " + key + " is invalid: " + e.getMessage(), e);
    }
  }

  private interface Getter<T> {
    T get(Config config, String key);
  }
}
