package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.PythonNumbers;
import io.troupe.rollout.jinja.value.PythonTypes;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;

/** Filters whose results are numbers. */
final class NumberFilters {
  private static final int MAX_PRECISION = 300;

  private final Operations operations;

  NumberFilters(Operations operations) {
    this.operations = operations;
  }

  void addTo(Map<String, Builtins.NamedFunction> filters) {
    filters.put("int", this::toInteger);
    filters.put("float", NumberFilters::toFloat);
    filters.put("abs", (value, arguments) -> absolute(value));
    filters.put("round", this::round);
  }

  private Value toInteger(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("int", 0, "default", "base");
    Value orElse = bound.get("default", Value.integer(0));
    if (value instanceof Value.Undefined undefined) {
      throw undefined.error();
    }
    if (value instanceof Value.Str(String text, boolean safe)) {
      return parse(text, bound.get("base", Value.integer(10))).orElse(orElse);
    }
    if (value instanceof Value.Float(double number)) {
      return Double.isNaN(number) || Double.isInfinite(number)
          ? orElse
          : PythonNumbers.truncate(number);
    }
    return PythonNumbers.asInteger(value).<Value>map(Value.Int::new).orElse(orElse);
  }

  private Optional<Value> parse(String text, Value base) {
    if (PythonNumbers.asIndex(base) != 10) {
      throw Failures.unsupported("int with base " + operations.text().str(base));
    }
    Optional<BigInteger> integer = PythonNumbers.parseInteger(text);
    if (integer.isPresent()) {
      return integer.map(PythonNumbers::integer);
    }
    return PythonNumbers.parseFloat(text)
        .filter(number -> !Double.isNaN(number) && !Double.isInfinite(number))
        .map(PythonNumbers::truncate);
  }

  private static Value toFloat(Value value, Arguments arguments) {
    Value orElse = arguments.bind("float", 0, "default").get("default", new Value.Float(0));
    if (value instanceof Value.Undefined undefined) {
      throw undefined.error();
    }
    if (value instanceof Value.Str(String text, boolean safe)) {
      return PythonNumbers.parseFloat(text).<Value>map(Value.Float::new).orElse(orElse);
    }
    return PythonNumbers.isNumber(value) ? new Value.Float(PythonNumbers.asDouble(value)) : orElse;
  }

  private static Value absolute(Value value) {
    if (value instanceof Value.Undefined undefined) {
      throw undefined.error();
    }
    if (value instanceof Value.Float(double number)) {
      return new Value.Float(Math.abs(number));
    }
    return PythonNumbers.asInteger(value)
        .map(number -> new Value.Int(number.abs()))
        .orElseThrow(
            () ->
                TemplateException.type(
                    "bad operand type for abs(): '" + PythonTypes.nameOf(value) + "'"));
  }

  private Value round(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("round", 0, "precision", "method");
    int precision = PythonNumbers.asIndex(bound.get("precision", Value.integer(0)));
    String method = operations.text().str(bound.get("method", Value.text("common")));
    RoundingMode mode =
        switch (method) {
          case "common" -> RoundingMode.HALF_EVEN;
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> throw Failures.runtime("method must be common, ceil or floor");
        };
    if (value instanceof Value.Undefined undefined) {
      throw undefined.error();
    }
    if (Math.abs((long) precision) > MAX_PRECISION) {
      throw Failures.unsupported("a precision of " + precision);
    }
    if (!(value instanceof Value.Float) && method.equals("common") && precision >= 0) {
      return sameInteger(value);
    }
    double number = PythonNumbers.asDouble(value);
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return value;
    }
    if (mode != RoundingMode.HALF_EVEN) {
      double scale = Math.pow(10, precision); // Jinja computes these with floating-point numbers
      double scaled = number * scale;
      return new Value.Float(
          (mode == RoundingMode.FLOOR ? Math.floor(scaled) : Math.ceil(scaled)) / scale);
    }
    BigDecimal rounded = new BigDecimal(number).setScale(precision, mode);
    return new Value.Float(Math.copySign(rounded.doubleValue(), number));
  }

  /** {@code round} of an integer is the integer. */
  private static Value sameInteger(Value value) {
    PythonNumbers.asDouble(value);
    return new Value.Int(PythonNumbers.asInteger(value).orElseThrow());
  }
}
