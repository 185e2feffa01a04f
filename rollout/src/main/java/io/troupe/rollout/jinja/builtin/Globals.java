package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.DictKey;
import io.troupe.rollout.jinja.value.PythonNumbers;
import io.troupe.rollout.jinja.value.RenderLimits;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions that every template can call. */
final class Globals {
  private final Operations operations;
  private final Clock clock;

  Globals(Operations operations, Clock clock) {
    this.operations = operations;
    this.clock = clock;
  }

  Map<String, Value> functions() {
    Map<String, Value> functions = new HashMap<>();
    add(functions, "range", this::range);
    add(functions, "dict", this::dictionary);
    add(functions, "namespace", this::namespace);
    add(functions, "raise_exception", this::raise);
    add(functions, "strftime_now", this::now);
    return functions;
  }

  private static void add(Map<String, Value> functions, String name, BoundMethod.Body body) {
    functions.put(name, new BoundMethod(name, body));
  }

  private Value range(Arguments arguments) {
    List<Value> given = arguments.positional();
    if (given.isEmpty() || given.size() > 3 || !arguments.named().isEmpty()) {
      throw TemplateException.type(
          "range expected 1 to 3 arguments, got " + (given.size() + arguments.named().size()));
    }
    int start = given.size() == 1 ? 0 : PythonNumbers.asIndex(given.get(0));
    int stop = PythonNumbers.asIndex(given.get(given.size() == 1 ? 0 : 1));
    int step = given.size() == 3 ? PythonNumbers.asIndex(given.get(2)) : 1;
    if (step == 0) {
      throw TemplateException.value("range() arg 3 must not be zero");
    }
    long distance = step > 0 ? (long) stop - start : (long) start - stop;
    if (distance / Math.abs((long) step) > RenderLimits.MAX_RANGE) {
      throw TemplateException.of(
          TemplateException.Kind.LIMIT,
          "a range must have at most " + RenderLimits.MAX_RANGE + " elements");
    }
    return new Value.Range(start, stop, step);
  }

  private Value dictionary(Arguments arguments) {
    if (arguments.positional().size() > 1) {
      throw TemplateException.type(
          "dict expected at most 1 argument, got " + arguments.positional().size());
    }
    Map<DictKey, Value> entries = new LinkedHashMap<>();
    arguments.positional().forEach(source -> addAll(entries, source));
    arguments.named().forEach((name, value) -> entries.put(DictKey.of(name), value));
    operations.budget().charge(4L * entries.size());
    return new Value.Dict(entries);
  }

  private void addAll(Map<DictKey, Value> entries, Value source) {
    if (source instanceof Value.Dict dict) {
      entries.putAll(dict.entries());
      return;
    }
    for (Value pair : operations.iteration().toList(source)) {
      List<Value> parts = operations.iteration().toList(pair);
      if (parts.size() != 2) {
        throw TemplateException.value(
            "dictionary update sequence element has length " + parts.size() + "; 2 is required");
      }
      entries.put(DictKey.of(parts.get(0)), parts.get(1));
    }
  }

  private Value namespace(Arguments arguments) {
    Value.Dict entries = (Value.Dict) dictionary(arguments);
    Map<String, Value> attributes = new LinkedHashMap<>();
    entries
        .entries()
        .forEach((key, value) -> attributes.put(operations.text().str(key.value()), value));
    return new Value.Namespace(attributes);
  }

  private Value raise(Arguments arguments) {
    Value message = arguments.bind("raise_exception", 1, "message").get("message").orElseThrow();
    throw TemplateException.of(TemplateException.Kind.RAISED, operations.text().str(message));
  }

  private Value now(Arguments arguments) {
    Value format = arguments.bind("strftime_now", 1, "format").get("format").orElseThrow();
    String text = StringMethods.text(format, "strftime() argument 1 must be str");
    return operations.newText(Strftime.format(text, clock), false);
  }
}
