package io.troupe.rollout.chat;

import io.troupe.rollout.jinja.value.DictKey;
import io.troupe.rollout.jinja.value.PythonNumbers;
import io.troupe.rollout.jinja.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of a template for the parts of a {@link Conversation}. */
final class ConversationValues {
  private ConversationValues() {}

  /** The value of a message or of a part of it. */
  static Value of(Object part) {
    return switch (part) {
      case null -> Value.NONE;
      case String text -> Value.text(text);
      case Boolean truth -> Value.bool(truth);
      case Integer number -> Value.integer(number);
      case Long number -> Value.integer(number);
      case BigInteger number -> PythonNumbers.integer(number);
      case Double number -> new Value.Float(number);
      case List<?> items -> list(items);
      case Map<?, ?> entries -> dictionary(entries);
      default ->
          throw new IllegalArgumentException(
              "a part of a message must be text, a number, a truth value, a list or an object,"
                  + " got "
                  + part.getClass().getSimpleName());
    };
  }

  private static Value list(List<?> items) {
    List<Value> values = new ArrayList<>();
    items.forEach(item -> values.add(of(item)));
    return Value.list(values);
  }

  private static Value dictionary(Map<?, ?> entries) {
    Map<DictKey, Value> values = new LinkedHashMap<>();
    entries.forEach((key, value) -> values.put(DictKey.of((String) key), of(value)));
    return new Value.Dict(values);
  }
}
