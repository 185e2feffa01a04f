package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.Budget;
import io.troupe.rollout.jinja.value.Value;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The filters, tests, attributes and global functions of one rendering. Not thread-safe. */
public final class Builtins {
  /** Names of Jinja's filters that do not exist here. */
  private static final Set<String> OTHER_FILTERS =
      Set.of(
          "batch",
          "filesizeformat",
          "forceescape",
          "groupby",
          "pprint",
          "random",
          "slice",
          "striptags",
          "urlencode",
          "urlize",
          "wordwrap",
          "xmlattr");

  private final Operations operations;
  private final Attributes attributes;
  private final Map<String, NamedFunction> filters = new HashMap<>();
  private final Map<String, NamedFunction> tests = new HashMap<>();
  private final Map<String, Value> globals;

  /** A filter or a test: a function of a value and of arguments. */
  @FunctionalInterface
  interface NamedFunction {
    Value apply(Value value, Arguments arguments);
  }

  /**
   * The functions of one rendering.
   *
   * @param clock for {@code strftime_now}
   */
  public Builtins(Budget budget, Clock clock) {
    this.operations = new Operations(budget);
    this.attributes = new Attributes(operations);
    new TextFilters(operations).addTo(filters);
    new NumberFilters(operations).addTo(filters);
    new SequenceFilters(operations, attributes).addTo(filters);
    new SelectionFilters(operations, attributes, this).addTo(filters);
    new Tests(operations, filters.keySet()).addTo(tests);
    this.globals = new Globals(operations, clock).functions();
  }

  /** The operations on values. */
  public Operations operations() {
    return operations;
  }

  /** Attributes and subscripts of values. */
  public Attributes attributes() {
    return attributes;
  }

  /** The global function of a name, if there is one. */
  public Optional<Value> global(String name) {
    return Optional.ofNullable(globals.get(name));
  }

  /** Whether a filter exists. */
  public boolean hasFilter(String name) {
    return filters.containsKey(name);
  }

  /** Whether a test exists. */
  public boolean hasTest(String name) {
    return tests.containsKey(name);
  }

  /** Whether Jinja has a filter of a name that does not exist here. */
  public static boolean isOtherFilter(String name) {
    return OTHER_FILTERS.contains(name);
  }

  /**
   * Applies a filter.
   *
   * @throws io.troupe.rollout.jinja.value.TemplateException if it does not exist or fails
   */
  public Value filter(String name, Value value, Arguments arguments) {
    return find(filters, "filter", name).apply(value, arguments);
  }

  /**
   * Applies a test.
   *
   * @throws io.troupe.rollout.jinja.value.TemplateException if it does not exist or fails
   */
  public Value test(String name, Value value, Arguments arguments) {
    return find(tests, "test", name).apply(value, arguments);
  }

  private static NamedFunction find(
      Map<String, NamedFunction> functions, String kind, String name) {
    NamedFunction function = functions.get(name);
    if (function == null) {
      throw Failures.runtime("No " + kind + " named '" + name + "' found.");
    }
    return function;
  }
}
