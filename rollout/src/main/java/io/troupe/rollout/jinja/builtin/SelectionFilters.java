package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.Truth;
import io.troupe.rollout.jinja.value.Value;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Filters that apply filters or tests to every element. */
final class SelectionFilters {
  private static final int STEPS_PER_ELEMENT = 4;

  private final Operations operations;
  private final Attributes attributes;
  private final Builtins builtins;

  SelectionFilters(Operations operations, Attributes attributes, Builtins builtins) {
    this.operations = operations;
    this.attributes = attributes;
    this.builtins = builtins;
  }

  void addTo(Map<String, Builtins.NamedFunction> filters) {
    filters.put("map", this::map);
    filters.put("select", (value, arguments) -> select(value, arguments, true, false));
    filters.put("reject", (value, arguments) -> select(value, arguments, false, false));
    filters.put("selectattr", (value, arguments) -> select(value, arguments, true, true));
    filters.put("rejectattr", (value, arguments) -> select(value, arguments, false, true));
  }

  private Value map(Value value, Arguments arguments) {
    return operations.generator(
        items -> {
          if (!Truth.of(value)) {
            return;
          }
          BoundMethod.Body function = mapped(arguments);
          Iterator<Value> source = operations.iteration().of(value);
          while (source.hasNext()) {
            operations.budget().charge(STEPS_PER_ELEMENT);
            items.add(function.call(Arguments.of(source.next())));
          }
        });
  }

  private BoundMethod.Body mapped(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      if (!arguments.named().containsKey("attribute")) {
        throw Failures.runtime("map requires a filter argument");
      }
      Arguments.Bound bound = arguments.bind("map", 0, "attribute", "default");
      Optional<Value> orElse = bound.get("default").filter(value -> !(value instanceof Value.None));
      AttributePath path =
          new AttributePath(attributes, bound.get("attribute").orElseThrow(), orElse);
      return item -> path.of(item.positional().getFirst());
    }
    String name = operations.text().str(arguments.positional().getFirst());
    return item -> builtins.filter(name, item.positional().getFirst(), arguments.without(1));
  }

  private Value select(Value value, Arguments arguments, boolean wanted, boolean byAttribute) {
    return operations.generator(
        items -> {
          if (!Truth.of(value)) {
            return;
          }
          Predicate<Value> test = predicate(arguments, byAttribute);
          Iterator<Value> source = operations.iteration().of(value);
          while (source.hasNext()) {
            operations.budget().charge(STEPS_PER_ELEMENT);
            Value item = source.next();
            if (test.test(item) == wanted) {
              items.add(item);
            }
          }
        });
  }

  private Predicate<Value> predicate(Arguments arguments, boolean byAttribute) {
    if (byAttribute && arguments.positional().isEmpty()) {
      throw Failures.runtime("Missing parameter for attribute name");
    }
    AttributePath path =
        new AttributePath(attributes, byAttribute ? arguments.positional().getFirst() : Value.NONE);
    Arguments rest = arguments.without(byAttribute ? 1 : 0);
    if (rest.positional().isEmpty()) {
      return item -> Truth.of(path.of(item));
    }
    String name = operations.text().str(rest.positional().getFirst());
    return item -> Truth.of(builtins.test(name, path.of(item), rest.without(1)));
  }
}
