package io.troupe.rollout.jinja.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/** Conversions and comparisons of Python's numbers, among which booleans count. */
public final class PythonNumbers {
  private static final int MAX_DECIMAL_DIGITS = RenderLimits.MAX_INTEGER_BITS / 4;

  private PythonNumbers() {}

  /** The value as an integer, if it is an integer or a boolean. */
  public static Optional<BigInteger> asInteger(Value value) {
    return switch (value) {
      case Value.Int number -> Optional.of(number.value());
      case Value.Bool bool -> Optional.of(bool.value() ? BigInteger.ONE : BigInteger.ZERO);
      default -> Optional.empty();
    };
  }

  /** Whether a value is a number. */
  public static boolean isNumber(Value value) {
    return value instanceof Value.Float || asInteger(value).isPresent();
  }

  /**
   * The value as a floating-point number.
   *
   * @throws TemplateException if it is no number
   */
  public static double asDouble(Value value) {
    return value instanceof Value.Float(double number)
        ? number
        : asInteger(value)
            .map(BigInteger::doubleValue)
            .orElseThrow(
                () ->
                    TemplateException.type(
                        "must be real number, not " + PythonTypes.nameOf(value)));
  }

  /**
   * The value as a position or a count; too large ones become the nearest one.
   *
   * @throws TemplateException if it is no integer
   */
  public static int asIndex(Value value) {
    BigInteger number =
        asInteger(value)
            .orElseThrow(
                () ->
                    TemplateException.type(
                        "'"
                            + PythonTypes.nameOf(value)
                            + "' object cannot be interpreted as an integer"));
    return number.bitLength() < Integer.SIZE
        ? number.intValue()
        : number.signum() < 0 ? Integer.MIN_VALUE + 1 : Integer.MAX_VALUE;
  }

  /** Compares two numbers exactly; neither may be NaN. */
  static int compare(Value a, Value b) {
    if (a instanceof Value.Float || b instanceof Value.Float) {
      double x = asDouble(a);
      double y = asDouble(b);
      if (Double.isInfinite(x) || Double.isInfinite(y)) {
        return Double.compare(x, y);
      }
    }
    return exact(a).compareTo(exact(b));
  }

  static boolean isNaN(Value value) {
    return value instanceof Value.Float(double number) && Double.isNaN(number);
  }

  private static BigDecimal exact(Value value) {
    return value instanceof Value.Float(double number)
        ? new BigDecimal(number)
        : new BigDecimal(asInteger(value).orElseThrow());
  }

  /**
   * The integer as a value.
   *
   * @throws TemplateException if it has too many bits
   */
  public static Value.Int integer(BigInteger number) {
    if (number.bitLength() > RenderLimits.MAX_INTEGER_BITS) {
      throw TemplateException.of(
          TemplateException.Kind.LIMIT,
          "integers must have at most " + RenderLimits.MAX_INTEGER_BITS + " bits");
    }
    return new Value.Int(number);
  }

  /**
   * {@code int(number)}.
   *
   * @throws TemplateException if it is infinite or NaN
   */
  public static Value.Int truncate(double number) {
    if (Double.isNaN(number)) {
      throw TemplateException.value("cannot convert float NaN to integer");
    }
    if (Double.isInfinite(number)) {
      throw TemplateException.of(
          TemplateException.Kind.ARITHMETIC, "cannot convert float infinity to integer");
    }
    return integer(new BigDecimal(number).toBigInteger());
  }

  /** {@code int(text)} in base 10, if the text is an integer. */
  public static Optional<BigInteger> parseInteger(String text) {
    String digits = withoutUnderscores(PythonStrings.strip(text));
    String unsigned =
        digits.startsWith("-") || digits.startsWith("+") ? digits.substring(1) : digits;
    if (unsigned.isEmpty()
        || unsigned.length() > MAX_DECIMAL_DIGITS
        || !unsigned.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    return Optional.of(new BigInteger(digits.startsWith("+") ? unsigned : digits));
  }

  /** {@code float(text)}, if the text is a number. */
  public static Optional<Double> parseFloat(String text) {
    String number = withoutUnderscores(PythonStrings.strip(text)).toLowerCase(Locale.ROOT);
    String unsigned =
        number.startsWith("-") || number.startsWith("+") ? number.substring(1) : number;
    int sign = number.startsWith("-") ? -1 : 1;
    if (unsigned.equals("inf") || unsigned.equals("infinity")) {
      return Optional.of(sign * Double.POSITIVE_INFINITY);
    }
    if (unsigned.equals("nan")) {
      return Optional.of(Double.NaN);
    }
    if (unsigned.isEmpty()
        || unsigned.length() > MAX_DECIMAL_DIGITS
        || !unsigned.chars().allMatch(c -> "0123456789.e+-".indexOf(c) >= 0)) {
      return Optional.empty();
    }
    try {
      return Optional.of(sign * Double.parseDouble(unsigned));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The digits, unless an underscore is not between two digits: then the text as it is. */
  private static String withoutUnderscores(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '_'
          && (i == 0
              || i + 1 == text.length()
              || !Character.isDigit(text.charAt(i - 1))
              || !Character.isDigit(text.charAt(i + 1)))) {
        return text;
      }
    }
    return text.replace("_", "");
  }
}
