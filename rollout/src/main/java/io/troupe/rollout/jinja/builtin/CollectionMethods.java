package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.DictKey;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The methods of Python's dictionaries, lists and tuples that do not change them. */
final class CollectionMethods {
  private static final Set<String> OTHER_NUMBER_ATTRIBUTES =
      Set.of(
          "as_integer_ratio",
          "bit_count",
          "bit_length",
          "conjugate",
          "denominator",
          "from_bytes",
          "fromhex",
          "hex",
          "imag",
          "is_integer",
          "numerator",
          "real",
          "to_bytes");

  private final Operations operations;

  CollectionMethods(Operations operations) {
    this.operations = operations;
  }

  Optional<Value> find(Value value, String name) {
    return switch (value) {
      case Value.Dict dict -> dictionary(dict, name);
      case Value.Sequence sequence -> sequence(sequence, name);
      case Value.Bool bool -> number(name);
      case Value.Int number -> number(name);
      case Value.Float number -> number(name);
      default -> Optional.empty();
    };
  }

  private static Optional<Value> number(String name) {
    if (OTHER_NUMBER_ATTRIBUTES.contains(name)) {
      throw Failures.unsupported("the attribute " + name + " of numbers");
    }
    return Optional.empty();
  }

  private Optional<Value> dictionary(Value.Dict dict, String name) {
    return switch (name) {
      case "items" -> withoutArguments(name, () -> items(dict));
      case "keys" -> withoutArguments(name, () -> view("dict_keys", keys(dict)));
      case "values" ->
          withoutArguments(
              name, () -> view("dict_values", new ArrayList<>(dict.entries().values())));
      case "get" -> method(name, arguments -> get(dict, arguments));
      case "copy" -> method(name, arguments -> new Value.Dict(new LinkedHashMap<>(dict.entries())));
      case "fromkeys" -> Optional.of(BoundMethod.unsupported("dict", name));
      default -> Optional.empty();
    };
  }

  private static Optional<Value> method(String name, BoundMethod.Body body) {
    return Optional.of(new BoundMethod(name, body));
  }

  private static Optional<Value> withoutArguments(String name, Supplier<Value> body) {
    return method(
        name,
        arguments -> {
          arguments.bind(name, 0);
          return body.get();
        });
  }

  /** {@code dict.items()}. */
  Value items(Value.Dict dict) {
    List<Value> items = new ArrayList<>();
    for (Map.Entry<DictKey, Value> entry : dict.entries().entrySet()) {
      items.add(new Value.Tuple(List.of(entry.getKey().value(), entry.getValue())));
    }
    return view("dict_items", items);
  }

  private static List<Value> keys(Value.Dict dict) {
    return new ArrayList<>(dict.entries().keySet().stream().map(DictKey::value).toList());
  }

  private Value view(String type, List<Value> items) {
    operations.budget().charge(items.size());
    return new Value.DictView(type, items);
  }

  private static Value get(Value.Dict dict, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("get", 1, "key", "default");
    Value found = dict.entries().get(DictKey.of(bound.get("key").orElseThrow()));
    return found != null ? found : bound.get("default", Value.NONE);
  }

  private Optional<Value> sequence(Value.Sequence sequence, String name) {
    return switch (name) {
      case "count" -> method(name, arguments -> count(sequence, arguments));
      case "index" -> method(name, arguments -> index(sequence, arguments));
      case "copy" ->
          sequence instanceof Value.ListValue list
              ? method(name, arguments -> new Value.ListValue(list.items()))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private Value count(Value.Sequence sequence, Arguments arguments) {
    Value item = arguments.bind("count", 1, "value").get("value").orElseThrow();
    int count = 0;
    for (int i = 0; i < sequence.size(); i++) {
      count += operations.comparison().equal(sequence.get(i), item) ? 1 : 0;
    }
    return Value.integer(count);
  }

  private Value index(Value.Sequence sequence, Arguments arguments) {
    Value item = arguments.bind("index", 1, "value").get("value").orElseThrow();
    for (int i = 0; i < sequence.size(); i++) {
      if (operations.comparison().equal(sequence.get(i), item)) {
        return Value.integer(i);
      }
    }
    throw TemplateException.value(operations.text().repr(item) + " is not in list");
  }
}
