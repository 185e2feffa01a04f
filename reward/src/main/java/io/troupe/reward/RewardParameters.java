package io.troupe.reward;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the parameters of one reward; errors name the reward and the key. */
record RewardParameters(String reward, Config config) {
  private static final Pattern SEPARATORS = Pattern.compile("[,\\s]+");

  /** Refuses keys that the reward does not have. */
  RewardParameters allow(String... keys) {
    Set<String> unknown = new TreeSet<>(config.root().keySet());
    unknown.removeAll(Set.of(keys));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "reward "
              + reward
              + " has no setting "
              + String.join(", ", unknown)
              + (keys.length == 0 ? ": it takes none" : ": use " + String.join(", ", keys)));
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

  /** A list, or one text that names its parts with commas or spaces between them. */
  List<String> texts(String key) {
    boolean isText =
        config.hasPath(key) && config.getValue(key).valueType() == ConfigValueType.STRING;
    return isText
        ? SEPARATORS.splitAsStream(text(key, "")).filter(part -> !part.isEmpty()).toList()
        : read(key, Config::getStringList, List.of());
  }

  IllegalArgumentException wrong(String key, String want) {
    return new IllegalArgumentException("reward " + reward + ": " + key + " " + want);
  }

  private <T> T read(String key, Getter<T> getter, T otherwise) {
    if (!config.hasPath(key)) {
      return otherwise;
    }
    try {
      return getter.get(config, key);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "reward " + reward + ": " + key + " cannot be read: " + e.getMessage(), e);
    }
  }

  private interface Getter<T> {
    T get(Config config, String key);
  }
}
