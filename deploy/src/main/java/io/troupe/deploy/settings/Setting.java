package io.troupe.deploy.settings;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.List;

/**
 * One key of {@code reference.conf}.
 *
 * @param path the key, such as {@code grpo.loss-type}
 * @param comment what the file says about it, line by line
 * @param defaultValue what it is unless set; of type NULL when it is unset
 */
record Setting(String path, List<String> comment, ConfigValue defaultValue) {
  /** Sections whose keys share names with others' and so keep the section's name in the flag. */
  private static final List<String> NAMED_IN_FLAGS = List.of("warm-start", "deadlines");

  /** Copies the comment. */
  Setting {
    comment = List.copyOf(comment);
  }

  /** The first part of the path; empty for the keys of the run itself. */
  String section() {
    int dot = path.indexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  /** The option that sets it, such as {@code --loss-type} or {@code --warm-start-steps}. */
  String flag() {
    String name = path.substring(path.lastIndexOf('.') + 1);
    return "--" + (NAMED_IN_FLAGS.contains(section()) ? section() + "-" + name : name);
  }

  /** Whether it holds several values. */
  boolean isList() {
    return defaultValue.valueType() == ConfigValueType.LIST;
  }

  /** Whether the flag stands for yes by itself. */
  boolean isSwitch() {
    return defaultValue.valueType() == ConfigValueType.BOOLEAN;
  }

  /** The default as the file writes it; empty where there is none. */
  String defaultText() {
    return defaultValue.valueType() == ConfigValueType.NULL
        ? ""
        : defaultValue.atKey("value").getString("value");
  }

  /** What the help puts in the place of the value. */
  String valueLabel() {
    return switch (defaultValue.valueType()) {
      case BOOLEAN -> "true|false";
      case NUMBER, NULL -> "N";
      default -> "TEXT";
    };
  }

  /**
   * A typed value.
   *
   * @throws IllegalArgumentException if it is no number where one is wanted
   */
  ConfigValue parse(String text) {
    return switch (defaultValue.valueType()) {
      case NUMBER, NULL -> ConfigValueFactory.fromAnyRef(number(text), flag());
      case BOOLEAN -> ConfigValueFactory.fromAnyRef(Boolean.valueOf(text), flag());
      default -> ConfigValueFactory.fromAnyRef(text, flag());
    };
  }

  private Number number(String text) {
    boolean wantsWhole = defaultText().matches("-?[0-9]+");
    try {
      boolean isWhole = text.matches("[+-]?[0-9]+");
      if (wantsWhole && !isWhole) {
        throw new NumberFormatException(text);
      }
      return isWhole ? (Number) Long.valueOf(text) : Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s wants a %snumber, but got '%s'".formatted(flag(), wantsWhole ? "whole " : "", text),
          e);
    }
  }
}
