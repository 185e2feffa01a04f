package io.troupe.rollout.jinja.eval;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.Comparison;
import io.troupe.rollout.jinja.value.Iteration;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The variable {@code loop}. As in Jinja, {@code last} and {@code nextitem} read one element ahead,
 * and {@code length} reads all elements of a generator.
 */
final class LoopValue implements Value.ObjectWithAttributes {
  private final Iterator<Value> source;
  private final Deque<Value> ahead = new ArrayDeque<>();
  private final Comparison comparison;
  private Optional<Integer> length;
  private Optional<Value> previous = Optional.empty();
  private Optional<Value> current = Optional.empty();
  private Optional<List<Value>> lastChanged = Optional.empty();
  private int index0 = -1;

  /** A loop over elements, whose number is known if they are not filtered. */
  LoopValue(Iterator<Value> source, Optional<Integer> length, Comparison comparison) {
    this.source = source;
    this.length = length;
    this.comparison = comparison;
  }

  /** Whether there is another element. */
  boolean hasNext() {
    return !ahead.isEmpty() || source.hasNext();
  }

  /** Moves on to the next element. */
  Value next() {
    previous = current;
    current = Optional.of(ahead.isEmpty() ? source.next() : ahead.poll());
    index0++;
    return current.get();
  }

  private Optional<Value> peek() {
    if (ahead.isEmpty() && source.hasNext()) {
      ahead.add(source.next());
    }
    return Optional.ofNullable(ahead.peek());
  }

  private int length() {
    if (length.isEmpty()) {
      source.forEachRemaining(ahead::add);
      length = Optional.of(ahead.size() + index0 + 1);
    }
    return length.get();
  }

  @Override
  public String typeName() {
    return "LoopContext";
  }

  @Override
  public Value attribute(String name) {
    return switch (name) {
      case "index" -> Value.integer(index0 + 1);
      case "index0" -> Value.integer(index0);
      case "revindex" -> Value.integer(length() - index0);
      case "revindex0" -> Value.integer(length() - index0 - 1);
      case "first" -> Value.bool(index0 == 0);
      case "last" -> Value.bool(peek().isEmpty());
      case "length" -> Value.integer(length());
      case "depth" -> Value.integer(1);
      case "depth0" -> Value.integer(0);
      case "previtem" ->
          index0 == 0 ? Undefined.of("there is no previous item") : previous.orElseThrow();
      case "nextitem" -> peek().orElse(Undefined.of("there is no next item"));
      case "cycle" -> new Method("cycle", this::cycle);
      case "changed" -> new Method("changed", this::changed);
      default ->
          Undefined.of("'jinja2.runtime.LoopContext object' has no attribute '" + name + "'");
    };
  }

  private Value cycle(Arguments arguments) {
    List<Value> values = arguments.positional();
    if (values.isEmpty()) {
      throw TemplateException.type("no items for cycling given");
    }
    return values.get(index0 % values.size());
  }

  private Value changed(Arguments arguments) {
    List<Value> values = new ArrayList<>(arguments.positional());
    boolean same =
        lastChanged
            .filter(last -> comparison.equal(Value.list(last), Value.list(values)))
            .isPresent();
    lastChanged = Optional.of(values);
    return Value.bool(!same);
  }

  /** The number of elements of a value, if it is known before they are read. */
  static Optional<Integer> lengthOf(Value iterable) {
    return iterable instanceof Value.Generator
        ? Optional.empty()
        : Optional.of(Iteration.length(iterable));
  }

  private record Method(String name, java.util.function.Function<Arguments, Value> body)
      implements Value.Function {
    @Override
    public Value call(Arguments arguments) {
      return body.apply(arguments);
    }
  }
}
