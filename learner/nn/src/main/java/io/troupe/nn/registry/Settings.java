package io.troupe.nn.registry;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The values of the hyperparameters of one model: given values and defaults. */
public final class Settings {
  private final String model;
  private final Map<String, String> values;

  private Settings(String model, Map<String, String> values) {
    this.model = model;
    this.values = values;
  }

  /**
   * Checks the given values.
   *
   * @param model for errors
   * @param given texts by name; {@code -} and {@code _} are equivalent in a name
   * @throws IllegalArgumentException if a name is unknown or a value invalid
   */
  public static Settings of(
      String model, List<Hyperparameter<?>> known, Map<String, String> given) {
    Map<String, String> values = new LinkedHashMap<>();
    known.forEach(parameter -> values.put(parameter.name(), parameter.defaultText()));
    given.forEach(
        (name, value) -> {
          Hyperparameter<?> parameter = named(model, known, name);
          values.put(parameter.name(), requireLegal(model, parameter, value));
        });
    return new Settings(model, Collections.unmodifiableMap(values));
  }

  private static Hyperparameter<?> named(String model, List<Hyperparameter<?>> known, String name) {
    String canonical = name.replace('-', '_');
    for (Hyperparameter<?> parameter : known) {
      if (parameter.name().equals(canonical)) {
        return parameter;
      }
    }
    throw new IllegalArgumentException(
        model
            + ": setting must be one of "
            + known.stream()
                .map(parameter -> parameter.name() + "=" + parameter.defaultText())
                .collect(Collectors.joining(", "))
            + ", got "
            + name);
  }

  private static String requireLegal(String model, Hyperparameter<?> parameter, String value) {
    String text = value.strip();
    if (parameter.parser().apply(text).isEmpty()) {
      throw new IllegalArgumentException(
          model + ": " + parameter.name() + " must be " + parameter.expected() + ", got " + value);
    }
    return text;
  }

  /** The value of one of the model's hyperparameters. */
  public <T> T get(Hyperparameter<T> parameter) {
    String text = values.get(parameter.name());
    if (text == null) {
      throw new IllegalStateException(model + " does not list " + parameter.name());
    }
    return parameter.parser().apply(text).orElseThrow();
  }

  /** The model whose settings they are. */
  public String model() {
    return model;
  }

  /** All values as text, in the order in which the model lists them. */
  public Map<String, String> values() {
    return values;
  }
}
