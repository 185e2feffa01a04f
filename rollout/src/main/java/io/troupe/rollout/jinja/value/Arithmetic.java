package io.troupe.rollout.jinja.value;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Python's arithmetic operators. */
public final class Arithmetic {
  private final Budget budget;

  /** Creates the operations of one rendering, which charge its budget. */
  public Arithmetic(Budget budget) {
    this.budget = budget;
  }

  /** {@code a + b}. */
  public Value add(Value a, Value b) {
    if (bothIntegers(a, b)) {
      return PythonNumbers.integer(integer(a).add(integer(b)));
    }
    if (bothNumbers(a, b)) {
      return new Value.Float(PythonNumbers.asDouble(a) + PythonNumbers.asDouble(b));
    }
    if (a instanceof Value.Str x && b instanceof Value.Str y) {
      return concatenate(x, y);
    }
    if (a instanceof Value.ListValue x && b instanceof Value.ListValue y) {
      return new Value.ListValue(concatenate(x.items(), y.items()));
    }
    if (a instanceof Value.Tuple x && b instanceof Value.Tuple y) {
      return new Value.Tuple(concatenate(x.items(), y.items()));
    }
    rejectUndefined(a, b);
    boolean plainText = a instanceof Value.Str text && !text.safe();
    if (plainText || a instanceof Value.ListValue || a instanceof Value.Tuple) {
      String type = PythonTypes.nameOf(a);
      throw TemplateException.type(
          "can only concatenate " + type + " (not \"" + PythonTypes.nameOf(b) + "\") to " + type);
    }
    throw unsupported("+", a, b);
  }

  /** Markup escapes the other operand. */
  private Value concatenate(Value.Str a, Value.Str b) {
    boolean safe = a.safe() || b.safe();
    String left = safe && !a.safe() ? PythonStrings.escapeHtml(a.text()) : a.text();
    String right = safe && !b.safe() ? PythonStrings.escapeHtml(b.text()) : b.text();
    budget.chargeText((long) left.length() + right.length());
    return new Value.Str(left + right, safe);
  }

  private List<Value> concatenate(List<Value> a, List<Value> b) {
    budget.charge(a.size() + b.size());
    List<Value> both = new ArrayList<>(a);
    both.addAll(b);
    return both;
  }

  /** {@code a - b}. */
  public Value subtract(Value a, Value b) {
    if (bothIntegers(a, b)) {
      return PythonNumbers.integer(integer(a).subtract(integer(b)));
    }
    requireNumbers("-", a, b);
    return new Value.Float(PythonNumbers.asDouble(a) - PythonNumbers.asDouble(b));
  }

  /** {@code a * b}. */
  public Value multiply(Value a, Value b) {
    if (bothIntegers(a, b)) {
      return PythonNumbers.integer(integer(a).multiply(integer(b)));
    }
    if (bothNumbers(a, b)) {
      return new Value.Float(PythonNumbers.asDouble(a) * PythonNumbers.asDouble(b));
    }
    rejectUndefined(a, b);
    Optional<Value> repeated = repeat(a, b).or(() -> repeat(b, a));
    return repeated.orElseThrow(() -> unsupported("*", a, b));
  }

  private Optional<Value> repeat(Value value, Value count) {
    if (PythonNumbers.asInteger(count).isEmpty()) {
      return Optional.empty();
    }
    int times = Math.max(0, PythonNumbers.asIndex(count));
    return switch (value) {
      case Value.Str(String text, boolean safe) -> {
        budget.chargeText((long) text.length() * times);
        yield Optional.of(new Value.Str(text.repeat(times), safe));
      }
      case Value.ListValue(List<Value> items) ->
          Optional.of(new Value.ListValue(repeat(items, times)));
      case Value.Tuple(List<Value> items) -> Optional.of(new Value.Tuple(repeat(items, times)));
      default -> Optional.empty();
    };
  }

  private List<Value> repeat(List<Value> items, int times) {
    budget.charge((long) items.size() * times);
    List<Value> repeated = new ArrayList<>();
    for (int i = 0; i < times && !items.isEmpty(); i++) {
      repeated.addAll(items);
    }
    return repeated;
  }

  /** {@code a / b}. */
  public Value divide(Value a, Value b) {
    requireNumbers("/", a, b);
    double divisor = PythonNumbers.asDouble(b);
    if (divisor == 0) {
      throw byZero(bothIntegers(a, b) ? "division by zero" : "float division by zero");
    }
    return new Value.Float(PythonNumbers.asDouble(a) / divisor);
  }

  /** {@code a // b}. */
  public Value floorDivide(Value a, Value b) {
    requireNumbers("//", a, b);
    if (bothIntegers(a, b)) {
      if (integer(b).signum() == 0) {
        throw byZero("integer division or modulo by zero");
      }
      BigInteger[] parts = integer(a).divideAndRemainder(integer(b));
      boolean below = parts[1].signum() * integer(b).signum() < 0;
      return PythonNumbers.integer(below ? parts[0].subtract(BigInteger.ONE) : parts[0]);
    }
    double x = PythonNumbers.asDouble(a);
    double y = PythonNumbers.asDouble(b);
    if (y == 0) {
      throw byZero("float floor division by zero");
    }
    return new Value.Float(Math.floor((x - floatModulo(x, y)) / y + 0.5));
  }

  /** {@code a % b}: the remainder with the sign of the divisor, or text formatting. */
  public Value modulo(Value a, Value b) {
    if (a instanceof Value.Str text) {
      return new PrintfFormat(budget).format(text, b);
    }
    requireNumbers("%", a, b);
    if (bothIntegers(a, b)) {
      if (integer(b).signum() == 0) {
        throw byZero("integer division or modulo by zero");
      }
      BigInteger remainder = integer(a).remainder(integer(b));
      boolean otherSign = remainder.signum() * integer(b).signum() < 0;
      return PythonNumbers.integer(otherSign ? remainder.add(integer(b)) : remainder);
    }
    if (PythonNumbers.asDouble(b) == 0) {
      throw byZero("float modulo");
    }
    return new Value.Float(floatModulo(PythonNumbers.asDouble(a), PythonNumbers.asDouble(b)));
  }

  private static double floatModulo(double x, double y) {
    double remainder = x % y;
    if (remainder == 0) {
      return Math.copySign(0.0, y);
    }
    return remainder < 0 != y < 0 ? remainder + y : remainder;
  }

  /** {@code a ** b}. */
  public Value power(Value a, Value b) {
    requireNumbers("** or pow()", a, b);
    if (bothIntegers(a, b) && integer(b).signum() >= 0) {
      return integerPower(integer(a), integer(b));
    }
    double base = PythonNumbers.asDouble(a);
    double exponent = PythonNumbers.asDouble(b);
    if (base == 0 && exponent < 0) {
      throw byZero("0.0 cannot be raised to a negative power");
    }
    if (base < 0 && exponent != Math.rint(exponent)) {
      throw TemplateException.of(
          TemplateException.Kind.UNSUPPORTED, "complex numbers are not supported");
    }
    return new Value.Float(Math.pow(base, exponent));
  }

  private static Value integerPower(BigInteger base, BigInteger exponent) {
    if (base.abs().compareTo(BigInteger.ONE) <= 0) {
      boolean one = exponent.signum() == 0 || (base.signum() < 0 && !exponent.testBit(0));
      return new Value.Int(one ? BigInteger.ONE : base);
    }
    long bits = (base.abs().bitLength() - 1L) * PythonNumbers.asIndex(new Value.Int(exponent));
    if (bits > RenderLimits.MAX_INTEGER_BITS) {
      throw TemplateException.of(
          TemplateException.Kind.LIMIT,
          "integers must have at most " + RenderLimits.MAX_INTEGER_BITS + " bits");
    }
    return PythonNumbers.integer(base.pow(exponent.intValue()));
  }

  /** {@code -a} or {@code +a}. */
  public Value sign(Value a, boolean negative) {
    if (a instanceof Value.Undefined undefined) {
      throw undefined.error();
    }
    if (a instanceof Value.Float(double number)) {
      return new Value.Float(negative ? -number : number);
    }
    BigInteger number =
        PythonNumbers.asInteger(a)
            .orElseThrow(
                () ->
                    TemplateException.type(
                        "bad operand type for unary "
                            + (negative ? "-" : "+")
                            + ": '"
                            + PythonTypes.nameOf(a)
                            + "'"));
    return PythonNumbers.integer(negative ? number.negate() : number);
  }

  private static boolean bothIntegers(Value a, Value b) {
    return PythonNumbers.asInteger(a).isPresent() && PythonNumbers.asInteger(b).isPresent();
  }

  private static boolean bothNumbers(Value a, Value b) {
    return PythonNumbers.isNumber(a) && PythonNumbers.isNumber(b);
  }

  private static BigInteger integer(Value value) {
    return PythonNumbers.asInteger(value).orElseThrow();
  }

  private static void requireNumbers(String operator, Value a, Value b) {
    if (!bothNumbers(a, b)) {
      rejectUndefined(a, b);
      throw unsupported(operator, a, b);
    }
  }

  private static void rejectUndefined(Value a, Value b) {
    for (Value value : List.of(a, b)) {
      if (value instanceof Value.Undefined undefined) {
        throw undefined.error();
      }
    }
  }

  private static TemplateException unsupported(String operator, Value a, Value b) {
    return TemplateException.type(
        "unsupported operand type(s) for "
            + operator
            + ": '"
            + PythonTypes.nameOf(a)
            + "' and '"
            + PythonTypes.nameOf(b)
            + "'");
  }

  private static TemplateException byZero(String detail) {
    return TemplateException.of(TemplateException.Kind.ARITHMETIC, detail);
  }
}
