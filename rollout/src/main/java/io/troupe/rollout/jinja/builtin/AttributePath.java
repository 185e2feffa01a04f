package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.PythonNumbers;
import io.troupe.rollout.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The argument {@code attribute} of filters: names and positions that dots separate. */
final class AttributePath {
  private static final int MAX_DIGITS = 9;

  private final Attributes attributes;
  private final List<Value> parts = new ArrayList<>();
  private final Optional<Value> orElse;

  /**
   * The path of a filter's argument.
   *
   * @param path {@code None} for the value itself
   */
  AttributePath(Attributes attributes, Value path) {
    this(attributes, path, Optional.empty());
  }

  /** A path with a value that replaces undefined ones. */
  AttributePath(Attributes attributes, Value path, Optional<Value> orElse) {
    this.attributes = attributes;
    this.orElse = orElse;
    if (path instanceof Value.Str(String text, boolean safe)) {
      for (String part : text.split("\\.", -1)) {
        parts.add(part(part));
      }
    } else if (!(path instanceof Value.None)) {
      parts.add(path);
    }
  }

  private static Value part(String part) {
    boolean number = part.length() <= MAX_DIGITS && part.chars().allMatch(Character::isDigit);
    return PythonNumbers.parseInteger(part)
        .filter(position -> number)
        .<Value>map(Value.Int::new)
        .orElseGet(() -> Value.text(part));
  }

  /** Several paths that commas separate. */
  static List<AttributePath> several(Attributes attributes, Value paths) {
    if (!(paths instanceof Value.Str(String text, boolean safe))) {
      return List.of(new AttributePath(attributes, paths));
    }
    List<AttributePath> several = new ArrayList<>();
    for (String path : text.split(",", -1)) {
      several.add(new AttributePath(attributes, Value.text(path)));
    }
    return several;
  }

  /** The value at the path. */
  Value of(Value start) {
    Value value = start;
    for (Value part : parts) {
      value = attributes.item(value, part);
      if (value instanceof Value.Undefined && orElse.isPresent()) {
        value = orElse.get();
      }
    }
    return value;
  }
}
