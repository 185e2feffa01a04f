package io.troupe.rollout.jinja.value;

import java.math.BigDecimal;
import java.math.MathContext;

/** Python's text of floating-point numbers: the fewest digits that give the same number. */
public final class PythonFloat {
  private static final int MIN_EXPONENT = -4; // below, and from 16 on, with an exponent
  private static final int MAX_EXPONENT = 16;

  private PythonFloat() {}

  /** The text of a number, as {@code repr} returns it. */
  public static String text(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0.0" : "0.0";
    }
    BigDecimal decimal = shortest(Math.abs(number));
    String digits = decimal.unscaledValue().toString();
    int exponent = digits.length() - 1 - decimal.scale();
    String text =
        exponent < MIN_EXPONENT || exponent >= MAX_EXPONENT
            ? scientific(digits, exponent)
            : plain(decimal);
    return number < 0 ? "-" + text : text;
  }

  /** Java writes at least two digits, where one may suffice: {@code 4.9E-324}. */
  private static BigDecimal shortest(double number) {
    BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    BigDecimal oneDigit = decimal.round(new MathContext(1));
    return oneDigit.doubleValue() == number ? oneDigit.stripTrailingZeros() : decimal;
  }

  private static String plain(BigDecimal decimal) {
    String text = decimal.toPlainString();
    return text.contains(".") ? text : text + ".0";
  }

  private static String scientific(String digits, int exponent) {
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    String size = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : "" + Math.abs(exponent);
    return mantissa + "e" + (exponent < 0 ? "-" : "+") + size;
  }
}
