package io.troupe.nn.schedulers;

import io.troupe.nn.lm.ConfigJson;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A choice with a name in {@code scheduler_config.json}. */
interface NamedSetting {
  /** The name, such as {@code scaled_linear}. */
  String text();

  /**
   * Reads a choice.
   *
   * @param absent the choice if the key is absent
   * @throws IllegalArgumentException if the name is unknown
   */
  static <T extends Enum<T> & NamedSetting> T read(ConfigJson json, String key, T absent) {
    String name = json.text(key, absent.text());
    T[] choices = absent.getDeclaringClass().getEnumConstants();
    return Arrays.stream(choices)
        .filter(choice -> choice.text().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s must be one of %s, got %s"
                        .formatted(
                            key,
                            Arrays.stream(choices)
                                .map(NamedSetting::text)
                                .collect(Collectors.joining(", ")),
                            json.shown(key))));
  }
}
