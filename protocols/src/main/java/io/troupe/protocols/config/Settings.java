package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads one component's keys; a missing or null key means its default, and a value of the wrong
 * type is an {@link IllegalArgumentException} that names the key.
 */
record Settings(Config config) {

  double number(String key, double otherwise) {
    return read(key, Config::getDouble, otherwise);
  }

  int count(String key, int otherwise) {
    return read(key, Config::getInt, otherwise);
  }

  long bytes(String key, long otherwise) {
    return read(key, Config::getBytes, otherwise);
  }

  long wide(String key, long otherwise) {
    return read(key, Config::getLong, otherwise);
  }

  boolean flag(String key, boolean otherwise) {
    return read(key, Config::getBoolean, otherwise);
  }

  String text(String key, String otherwise) {
    return read(key, Config::getString, otherwise);
  }

  OptionalDouble optionalNumber(String key) {
    return config.hasPath(key) ? OptionalDouble.of(number(key, 0)) : OptionalDouble.empty();
  }

  Optional<List<Integer>> integers(String key) {
    return read(key, (source, path) -> Optional.of(source.getIntList(path)), Optional.empty());
  }

  Optional<List<String>> texts(String key) {
    return read(key, (source, path) -> Optional.of(source.getStringList(path)), Optional.empty());
  }

  private <T> T read(String key, Getter<T> getter, T otherwise) {
    if (!config.hasPath(key)) {
      return otherwise;
    }
    try {
      return getter.get(config, key);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          key + "=" + config.getValue(key).unwrapped() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Chooses by name; the message of an unknown one lists the known ones. */
  static <T> T choose(String key, String name, java.util.Map<String, T> known) {
    T chosen = known.get(name);
    if (chosen == null) {
      throw new IllegalArgumentException(
          key + "=" + name + " is unknown: use one of " + String.join(", ", known.keySet()));
    }
    return chosen;
  }

  /** Refuses a value in the user's setting names. */
  static void require(boolean holds, String key, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(key + "=" + value + ": " + expected);
    }
  }

  static boolean isPositive(double value) {
    return value > 0 && Double.isFinite(value);
  }

  static boolean isNotNegative(double value) {
    return value >= 0 && Double.isFinite(value);
  }

  private interface Getter<T> {
    T get(Config config, String key);
  }
}
