package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.DictKey;
import io.troupe.rollout.jinja.value.Iteration;
import io.troupe.rollout.jinja.value.PythonTypes;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Truth;
import io.troupe.rollout.jinja.value.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Filters of sequences and dictionaries. */
final class SequenceFilters {
  private final Operations operations;
  private final Attributes attributes;

  SequenceFilters(Operations operations, Attributes attributes) {
    this.operations = operations;
    this.attributes = attributes;
  }

  void addTo(Map<String, Builtins.NamedFunction> filters) {
    filters.put("length", (value, arguments) -> Value.integer(Iteration.length(value)));
    filters.put("count", (value, arguments) -> Value.integer(Iteration.length(value)));
    filters.put("default", SequenceFilters::orDefault);
    filters.put("d", SequenceFilters::orDefault);
    filters.put("list", (value, arguments) -> Value.list(operations.iteration().toList(value)));
    filters.put("items", (value, arguments) -> items(value));
    filters.put("first", (value, arguments) -> first(value));
    filters.put("last", (value, arguments) -> last(value));
    filters.put("reverse", (value, arguments) -> reverse(value));
    filters.put("join", this::join);
    filters.put("dictsort", this::sortDictionary);
    filters.put("sort", this::sort);
    filters.put("unique", this::unique);
    filters.put("min", (value, arguments) -> extreme(value, arguments, true));
    filters.put("max", (value, arguments) -> extreme(value, arguments, false));
    filters.put("sum", this::sum);
    filters.put("attr", this::attribute);
  }

  private static Value orDefault(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("default", 0, "default_value", "boolean");
    boolean missing =
        value instanceof Value.Undefined || (bound.flag("boolean") && !Truth.of(value));
    return missing ? bound.get("default_value", Value.text("")) : value;
  }

  private Value items(Value value) {
    return operations.generator(
        items -> {
          if (value instanceof Value.Dict dict) {
            items.addAll(((Value.DictView) new CollectionMethods(operations).items(dict)).items());
          } else if (!(value instanceof Value.Undefined)) {
            throw TemplateException.type("Can only get item pairs from a mapping.");
          }
        });
  }

  private Value first(Value value) {
    Iterator<Value> items = operations.iteration().of(value);
    return items.hasNext()
        ? items.next()
        : Value.Undefined.of("No first item, sequence was empty.");
  }

  private Value last(Value value) {
    if (value instanceof Value.Generator) {
      throw TemplateException.type("'generator' object is not reversible");
    }
    List<Value> items = operations.iteration().toList(value);
    return items.isEmpty()
        ? Value.Undefined.of("No last item, sequence was empty.")
        : items.getLast();
  }

  private Value reverse(Value value) {
    if (value instanceof Value.Str(String text, boolean safe)) {
      return operations.newText(new StringBuilder(text).reverse().toString(), safe);
    }
    if (!Iteration.isIterable(value)) {
      throw Failures.runtime("argument must be iterable");
    }
    return operations.generator(
        items -> items.addAll(operations.iteration().toList(value).reversed()));
  }

  private Value join(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("join", 0, "d", "attribute");
    String separator = operations.text().str(bound.get("d", Value.text("")));
    AttributePath path = new AttributePath(attributes, bound.get("attribute", Value.NONE));
    StringBuilder out = new StringBuilder();
    Iterator<Value> items = operations.iteration().of(value);
    for (boolean first = true; items.hasNext(); first = false) {
      operations.budget().step();
      out.append(first ? "" : separator);
      out.append(operations.text().str(path.of(items.next())));
      operations.budget().checkLength(out.length());
    }
    return operations.newText(out.toString(), false);
  }

  private Value ignoreCase(Value value) {
    return value instanceof Value.Str(String text, boolean safe)
        ? operations.newText(text.toLowerCase(Locale.ROOT), safe)
        : value;
  }

  private Value sortDictionary(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("dictsort", 0, "case_sensitive", "by", "reverse");
    String by = operations.text().str(bound.get("by", Value.text("key")));
    if (!by.equals("key") && !by.equals("value")) {
      throw Failures.runtime("You can only sort by either \"key\" or \"value\"");
    }
    if (!(value instanceof Value.Dict dict)) {
      Value method = attributes.attribute(value, "items");
      throw method instanceof Value.Undefined undefined
          ? undefined.error()
          : TemplateException.type("dictsort requires a mapping");
    }
    List<Value> items = ((Value.DictView) new CollectionMethods(operations).items(dict)).items();
    List<Value> keys = new ArrayList<>();
    for (Value item : items) {
      Value key = ((Value.Tuple) item).get(by.equals("key") ? 0 : 1);
      keys.add(bound.flag("case_sensitive") ? key : ignoreCase(key));
    }
    return Value.list(sorted(items, keys, bound.flag("reverse")));
  }

  private List<Value> sorted(List<Value> items, List<Value> keys, boolean reverse) {
    if (!reverse) {
      return operations.sorted(items, keys);
    }
    // Python keeps the order of equal elements when it sorts in reverse
    return operations.sorted(items.reversed(), keys.reversed()).reversed();
  }

  private Value sort(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("sort", 0, "reverse", "case_sensitive", "attribute");
    List<Value> items = operations.iteration().toList(value);
    List<AttributePath> paths =
        AttributePath.several(attributes, bound.get("attribute", Value.NONE));
    List<Value> keys = new ArrayList<>();
    for (Value item : items) {
      List<Value> key = new ArrayList<>();
      for (AttributePath path : paths) {
        Value part = path.of(item);
        key.add(bound.flag("case_sensitive") ? part : ignoreCase(part));
      }
      keys.add(Value.list(key));
    }
    return Value.list(sorted(items, keys, bound.flag("reverse")));
  }

  private Value unique(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("unique", 0, "case_sensitive", "attribute");
    AttributePath path = new AttributePath(attributes, bound.get("attribute", Value.NONE));
    return operations.generator(
        items -> {
          Set<DictKey> seen = new HashSet<>();
          for (Value item : operations.iteration().toList(value)) {
            Value key = path.of(item);
            if (seen.add(DictKey.of(bound.flag("case_sensitive") ? key : ignoreCase(key)))) {
              items.add(item);
            }
          }
        });
  }

  private Value extreme(Value value, Arguments arguments, boolean least) {
    Arguments.Bound bound = arguments.bind("min", 0, "case_sensitive", "attribute");
    AttributePath path = new AttributePath(attributes, bound.get("attribute", Value.NONE));
    List<Value> items = operations.iteration().toList(value);
    if (items.isEmpty()) {
      return Value.Undefined.of("No aggregated item, sequence was empty.");
    }
    Value best = items.getFirst();
    Value bestKey = key(path, best, bound);
    for (Value item : items.subList(1, items.size())) {
      Value key = key(path, item, bound);
      if (least ? operations.isLess(key, bestKey) : operations.isLess(bestKey, key)) {
        best = item;
        bestKey = key;
      }
    }
    return best;
  }

  private Value key(AttributePath path, Value item, Arguments.Bound bound) {
    return bound.flag("case_sensitive") ? path.of(item) : ignoreCase(path.of(item));
  }

  private Value sum(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("sum", 0, "attribute", "start");
    AttributePath path = new AttributePath(attributes, bound.get("attribute", Value.NONE));
    Value sum = bound.get("start", Value.integer(0));
    if (sum instanceof Value.Str) {
      throw TemplateException.type("sum() can't sum strings [use ''.join(seq) instead]");
    }
    for (Value item : operations.iteration().toList(value)) {
      sum = operations.arithmetic().add(sum, path.of(item));
    }
    return sum;
  }

  private Value attribute(Value value, Arguments arguments) {
    Value name = arguments.bind("attr", 1, "name").get("name").orElseThrow();
    String text = StringMethods.text(name, "attribute name must be string");
    if (value instanceof Value.Dict && !hasMethod(value, text)) {
      return Value.Undefined.of(
          "'" + PythonTypes.describe(value) + "' has no attribute '" + text + "'");
    }
    return attributes.attribute(value, text);
  }

  private boolean hasMethod(Value value, String name) {
    return new CollectionMethods(operations).find(value, name).isPresent();
  }
}
