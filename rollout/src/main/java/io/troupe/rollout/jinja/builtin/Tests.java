package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.Iteration;
import io.troupe.rollout.jinja.value.PythonNumbers;
import io.troupe.rollout.jinja.value.Value;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Jinja's tests. */
final class Tests {
  private final Operations operations;
  private final Set<String> filterNames;

  Tests(Operations operations, Set<String> filterNames) {
    this.operations = operations;
    this.filterNames = filterNames;
  }

  void addTo(Map<String, Builtins.NamedFunction> tests) {
    addTypes(tests);
    addValues(tests);
    addComparisons(tests);
    add(tests, "filter", value -> filterNames.contains(operations.text().str(value)));
    add(tests, "test", value -> tests.containsKey(operations.text().str(value)));
  }

  private static void add(
      Map<String, Builtins.NamedFunction> tests, String name, Predicate<Value> test) {
    tests.put(
        name,
        (value, arguments) -> {
          arguments.bind("test_" + name, 0);
          return Value.bool(test.test(value));
        });
  }

  private static void addTypes(Map<String, Builtins.NamedFunction> tests) {
    add(tests, "defined", value -> !(value instanceof Value.Undefined));
    add(tests, "undefined", value -> value instanceof Value.Undefined);
    add(tests, "none", value -> value instanceof Value.None);
    add(tests, "boolean", value -> value instanceof Value.Bool);
    add(tests, "integer", value -> value instanceof Value.Int);
    add(tests, "float", value -> value instanceof Value.Float);
    add(tests, "number", PythonNumbers::isNumber);
    add(tests, "string", value -> value instanceof Value.Str);
    add(tests, "mapping", value -> value instanceof Value.Dict);
    add(tests, "iterable", Iteration::isIterable);
    add(tests, "sequence", Tests::isSequence);
    add(
        tests,
        "callable",
        value -> value instanceof Value.Function || value instanceof Value.Undefined);
    add(tests, "escaped", value -> value instanceof Value.Str text && text.safe());
  }

  /** Whether a value has a length and can be subscripted: dictionaries and texts, too. */
  private static boolean isSequence(Value value) {
    return value instanceof Value.Sequence
        || value instanceof Value.Str
        || value instanceof Value.Dict
        || value instanceof Value.Undefined;
  }

  private void addValues(Map<String, Builtins.NamedFunction> tests) {
    add(tests, "true", value -> value instanceof Value.Bool bool && bool.value());
    add(tests, "false", value -> value instanceof Value.Bool bool && !bool.value());
    add(tests, "odd", value -> remainder(value, BigInteger.TWO).equals(BigInteger.ONE));
    add(tests, "even", value -> remainder(value, BigInteger.TWO).signum() == 0);
    add(tests, "lower", value -> StringMethods.hasCase(operations.text().str(value), false));
    add(tests, "upper", value -> StringMethods.hasCase(operations.text().str(value), true));
    addBinary(
        tests,
        (value, divisor) ->
            operations
                .comparison()
                .equal(operations.arithmetic().modulo(value, divisor), Value.integer(0)),
        "divisibleby");
  }

  private BigInteger remainder(Value value, BigInteger divisor) {
    Value remainder = operations.arithmetic().modulo(value, new Value.Int(divisor));
    return PythonNumbers.asInteger(remainder).orElse(BigInteger.valueOf(-1));
  }

  private static void addBinary(
      Map<String, Builtins.NamedFunction> tests, BiPredicate<Value, Value> test, String... names) {
    for (String name : names) {
      tests.put(name, (value, arguments) -> Value.bool(test.test(value, other(name, arguments))));
    }
  }

  private static Value other(String test, Arguments arguments) {
    return arguments.bind("test_" + test, 1, "other").get("other").orElseThrow();
  }

  private void addComparisons(Map<String, Builtins.NamedFunction> tests) {
    addBinary(tests, operations.comparison()::equal, "eq", "equalto", "==");
    addBinary(tests, (a, b) -> !operations.comparison().equal(a, b), "ne", "!=");
    addBinary(tests, (a, b) -> compare(a, b, "<") < 0, "lt", "lessthan", "<");
    addBinary(tests, (a, b) -> compare(a, b, "<=") <= 0, "le", "<=");
    addBinary(tests, (a, b) -> compare(a, b, ">") > 0, "gt", "greaterthan", ">");
    addBinary(tests, (a, b) -> compare(a, b, ">=") >= 0, "ge", ">=");
    addBinary(tests, (item, container) -> operations.comparison().contains(container, item), "in");
    addBinary(tests, Tests::isSame, "sameas");
  }

  private int compare(Value a, Value b, String operator) {
    return operations.comparison().order(a, b, operator);
  }

  private static boolean isSame(Value a, Value b) {
    return switch (a) {
      case Value.None none -> b instanceof Value.None;
      case Value.Bool bool -> bool.equals(b);
      case Value.Int number -> number.equals(b); // Python shares small integers
      default -> a == b;
    };
  }
}
