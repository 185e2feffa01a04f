package io.troupe.data.rows;

import java.math.BigDecimal;
import java.math.BigInteger;

/** The text of numbers, and the numbers of texts. */
final class Numbers {
  private Numbers() {}

  /**
   * The shortest text that reads back as {@code value}, in the form of Python's {@code repr}:
   * {@code 12345678.0}, {@code 1e-07}, {@code 1e+16}, {@code NaN}.
   */
  static String text(double value) {
    return Double.isFinite(value)
        ? text(new BigDecimal(Double.toString(Math.abs(value))), isNegative(value))
        : Double.toString(value);
  }

  /** As {@link #text(double)}, for a number of 32 bits. */
  static String text(float value) {
    return Float.isFinite(value)
        ? text(new BigDecimal(Float.toString(Math.abs(value))), isNegative(value))
        : Float.toString(value);
  }

  private static boolean isNegative(double value) {
    return Math.copySign(1, value) < 0;
  }

  private static String text(BigDecimal magnitude, boolean negative) {
    String sign = negative ? "-" : "";
    if (magnitude.signum() == 0) {
      return sign + "0.0";
    }
    BigDecimal shortest = magnitude.stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      return sign + (shortest.scale() < 1 ? shortest.setScale(1) : shortest).toPlainString();
    }
    String digits = shortest.unscaledValue().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return "%s%c%se%s%02d"
        .formatted(sign, digits.charAt(0), fraction, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** A {@code Long} or {@code BigInteger} for whole numbers as Python reads them, else a double. */
  static Object toJava(String literal) {
    if (!literal.matches("-?\\d+")) {
      return Double.parseDouble(literal);
    }
    BigInteger whole = new BigInteger(literal);
    return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole;
  }
}
