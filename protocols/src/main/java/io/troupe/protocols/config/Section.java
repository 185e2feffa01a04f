package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys of one section of the configuration, in the order of {@code reference.conf}. The record
 * that holds the values declares them while its class is initialized; from then on the section does
 * not change.
 */
public final class Section implements ConfigEntry {

  /**
   * A key with its place in the configuration.
   *
   * @param path such as {@code grpo.loss-type}
   * @param section the section around it; the outermost one has an empty path
   * @param key the key
   */
  public record Setting(String path, Section section, Key<?> key) {}

  private final String name;
  private final String doc;
  private final boolean qualified;
  private final List<ConfigEntry> entries = new ArrayList<>();

  private Section(String name, String doc, boolean qualified) {
    this.name = name;
    this.doc = doc;
    this.qualified = qualified;
  }

  /** A section whose keys have names that no other section of the run uses. */
  static Section of(String name, String doc) {
    return new Section(name, doc, false);
  }

  /** A section whose keys share names with others: flags and messages name the section too. */
  static Section qualified(String name, String doc) {
    return new Section(name, doc, true);
  }

  <T> Key<T> add(
      String key, ValueType<T> type, T defaultValue, Range<? super T> range, String keyDoc) {
    String label = qualified ? name + "." + key : key;
    Key<T> added = new Key<>(key, label, type, defaultValue, range, keyDoc);
    entries.add(added);
    return added;
  }

  <T> Key<T> add(String key, ValueType<T> type, T defaultValue, String keyDoc) {
    return add(key, type, defaultValue, Range.any(), keyDoc);
  }

  Section add(Section section) {
    entries.add(section);
    return section;
  }

  /** The same keys with other defaults, given by name. */
  Section withDefaults(Map<String, Object> defaults) {
    Section section = new Section(name, doc, qualified);
    for (ConfigEntry entry : entries) {
      section.entries.add(
          entry instanceof Key<?> key && defaults.containsKey(key.name())
              ? key.withDefault(defaults.get(key.name()))
              : entry);
    }
    return section;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String doc() {
    return doc;
  }

  /** Keys and sections, in order. */
  public List<ConfigEntry> entries() {
    return List.copyOf(entries);
  }

  /** All keys, those of the sections inside included. */
  public List<Setting> settings() {
    return settings("").toList();
  }

  private Stream<Setting> settings(String prefix) {
    return entries.stream()
        .flatMap(
            entry ->
                switch (entry) {
                  case Key<?> key -> Stream.of(new Setting(prefix + key.name(), this, key));
                  case Section section -> section.settings(prefix + section.name + ".");
                });
  }

  /** Every key with its default. */
  public Config defaults() {
    Config defaults = ConfigFactory.empty();
    for (Setting setting : settings()) {
      defaults = defaults.withValue(setting.path(), setting.key().defaultConfigValue());
    }
    return defaults;
  }

  /**
   * This section of the configuration around it; empty if it is missing.
   *
   * @throws IllegalArgumentException if it is not a section
   */
  Config in(Config parent) {
    if (!parent.hasPath(name)) {
      return ConfigFactory.empty();
    }
    if (!(parent.getValue(name) instanceof ConfigObject object)) {
      throw new IllegalArgumentException(
          name + " must be a section, got " + parent.getValue(name).unwrapped());
    }
    return object.toConfig();
  }

  /** Paths in a configuration that are neither a key nor inside one that takes any name. */
  public List<String> unknownPaths(ConfigObject config) {
    List<String> unknown = new ArrayList<>();
    for (Map.Entry<String, ConfigValue> item : config.entrySet()) {
      Optional<ConfigEntry> entry =
          entries.stream().filter(e -> e.name().equals(item.getKey())).findFirst();
      String path = ConfigUtil.joinPath(item.getKey());
      if (entry.isEmpty()) {
        leaves(path, item.getValue(), unknown);
      } else if (entry.get() instanceof Section section
          && item.getValue() instanceof ConfigObject inner) {
        section.unknownPaths(inner).forEach(inside -> unknown.add(path + "." + inside));
      }
    }
    return unknown;
  }

  private static void leaves(String path, ConfigValue value, List<String> unknown) {
    if (value instanceof ConfigObject object && !object.isEmpty()) {
      object.forEach((key, inner) -> leaves(path + "." + ConfigUtil.joinPath(key), inner, unknown));
    } else {
      unknown.add(path);
    }
  }
}
