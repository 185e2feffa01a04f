package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;

/**
 * A key of the configuration. This declaration is the only one: parsing, validation, the flags of
 * the command line and {@code reference.conf} are derived from it.
 *
 * @param name the key in its section, in kebab case
 * @param label the name in error messages and in the flag: {@code name}, with the section in front
 *     where the name alone would be ambiguous
 * @param type type of the value
 * @param defaultValue the value if the key is missing or {@code null}
 * @param range the values that are accepted
 * @param doc effect of the key, in full sentences
 */
public record Key<T>(
    String name,
    String label,
    ValueType<T> type,
    T defaultValue,
    Range<? super T> range,
    String doc)
    implements ConfigEntry {

  /**
   * Reads the value from the section's configuration.
   *
   * @throws IllegalArgumentException if it has the wrong type; the range is checked by {@link
   *     #check}
   */
  public T read(Config section) {
    return section.hasPath(name) ? convert(label, section.getValue(name)) : defaultValue;
  }

  /**
   * Reads the arguments of the flag on the command line.
   *
   * @throws IllegalArgumentException naming the flag, if an argument has the wrong type
   */
  public ConfigValue parse(List<String> arguments) {
    T value = convert(flag(), ConfigValueFactory.fromAnyRef(type.arguments().apply(arguments)));
    return ConfigValueFactory.fromAnyRef(type.writer().apply(value), flag());
  }

  private T convert(String where, ConfigValue value) {
    try {
      return type.reader().apply(value);
    } catch (IllegalArgumentException | ArithmeticException | ConfigException e) {
      throw new IllegalArgumentException(
          message(where, type.expectation(), value.unwrapped(), ""), e);
    }
  }

  /**
   * Checks the range.
   *
   * @return the value
   * @throws IllegalArgumentException if the value is outside of it
   */
  T check(T value) {
    require(range.contains().test(value), value, range.expectation(), range.advice());
    return value;
  }

  /** Checks a condition beyond the range, such as one on several keys. */
  void require(boolean holds, T value, String expectation, String advice) {
    if (!holds) {
      throw new IllegalArgumentException(message(label, expectation, type.text(value), advice));
    }
  }

  private static String message(String where, String expectation, Object value, String advice) {
    return where
        + " must be "
        + expectation
        + ", got "
        + (value.toString().isEmpty() ? "''" : value)
        + (advice.isEmpty() ? "" : "; " + advice);
  }

  /** Whether the flag may be given several times, once for each element. */
  public boolean isRepeatable() {
    return type.equals(ValueType.TEXTS)
        || type.equals(ValueType.TOKEN_IDS)
        || type.equals(ValueType.TOKEN_BIASES);
  }

  /** The option of the command line, such as {@code --loss-type}. */
  public String flag() {
    return "--" + label.replace('.', '-');
  }

  /** The default as the user would write it; empty for an unset value, an empty text or list. */
  public String defaultText() {
    return type.text(defaultValue);
  }

  /** The default in HOCON. */
  String defaultHocon() {
    return type.hocon(defaultValue);
  }

  /** The default as a HOCON value, with the documentation as its comment. */
  ConfigValue defaultConfigValue() {
    return ConfigValueFactory.fromAnyRef(type.writer().apply(defaultValue))
        .withOrigin(ConfigOriginFactory.newSimple("default").withComments(List.of(" " + doc)));
  }

  /** The same key with another default, as a section of another kind of run has it. */
  Key<T> withDefault(Object newDefault) {
    return new Key<>(
        name, label, type, convert(label, ConfigValueFactory.fromAnyRef(newDefault)), range, doc);
  }
}
