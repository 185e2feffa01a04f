package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.PythonQuotes;
import io.troupe.rollout.jinja.value.PythonTypes;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.util.Optional;
import java.util.Set;

/**
 * {@code value.name} and {@code value[index]}. Attributes of Python's types (their methods) take
 * precedence over keys of dictionaries in the first form, and keys in the second one. The sandbox
 * hides attributes that start with an underscore and methods that change values.
 */
public final class Attributes {
  private static final Set<String> CHANGES_LIST =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
  private static final Set<String> CHANGES_DICT =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private final Operations operations;
  private final StringMethods stringMethods;
  private final CollectionMethods collectionMethods;

  Attributes(Operations operations) {
    this.operations = operations;
    this.stringMethods = new StringMethods(operations);
    this.collectionMethods = new CollectionMethods(operations);
  }

  /** {@code value.name}: an attribute, else a key, else an undefined value. */
  public Value attribute(Value value, String name) {
    if (value instanceof Value.Undefined undefined) {
      throw undefined.error();
    }
    return own(value, name)
        .or(() -> operations.subscripts().item(value, Value.text(name)))
        .orElseGet(() -> missingAttribute(value, name));
  }

  /** {@code value[index]}: a key or a position, else an attribute, else an undefined value. */
  public Value item(Value value, Value index) {
    Optional<Value> item = operations.subscripts().item(value, index);
    if (item.isPresent()) {
      return item.get();
    }
    if (index instanceof Value.Str(String name, boolean safe)) {
      return own(value, name).orElseGet(() -> missingAttribute(value, name));
    }
    return Value.Undefined.of(
        PythonTypes.describe(value) + " has no element " + operations.text().repr(index));
  }

  private static Value missingAttribute(Value value, String name) {
    if (value instanceof Value.ObjectWithAttributes object) {
      return object.attribute(name);
    }
    return Value.Undefined.of(
        PythonQuotes.quote(PythonTypes.describe(value))
            + " has no attribute "
            + PythonQuotes.quote(name));
  }

  /** The attribute that the type of a value has. */
  private Optional<Value> own(Value value, String name) {
    if (name.startsWith("__")) {
      return Optional.of(unsafe(value, name)); // such as __class__
    }
    return switch (value) {
      case Value.Str string -> stringMethods.find(string, name);
      case Value.Dict dict when CHANGES_DICT.contains(name) -> Optional.of(unsafe(value, name));
      case Value.ListValue list when CHANGES_LIST.contains(name) ->
          Optional.of(unsafe(value, name));
      case Value.Namespace namespace ->
          Optional.ofNullable(namespace.attributes().get(name))
              .map(attribute -> name.startsWith("_") ? unsafe(value, name) : attribute);
      case Value.Undefined undefined -> throw undefined.error();
      case Value.ObjectWithAttributes object -> Optional.empty();
      case Value.Function function ->
          name.equals("name") ? Optional.of(Value.text(function.name())) : Optional.empty();
      default -> collectionMethods.find(value, name);
    };
  }

  private static Value unsafe(Value value, String name) {
    return new Value.Undefined(
        "access to attribute "
            + PythonQuotes.quote(name)
            + " of '"
            + PythonTypes.nameOf(value)
            + "' object is unsafe.",
        TemplateException.Kind.SECURITY);
  }
}
