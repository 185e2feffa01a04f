package io.troupe.reward.number;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * An exact fraction in lowest terms. Equal values are equal objects: {@code 0.50} equals {@code
 * 1/2}.
 *
 * <p>The size is bounded: operations whose result would need more than {@value #MAX_BITS} bits
 * return an empty result, so that no text can demand unlimited memory.
 *
 * @param numerator carries the sign
 * @param denominator greater than 0
 */
public record Rational(BigInteger numerator, BigInteger denominator) {
  /** The largest numerator or denominator, in bits: about 1,000 decimal digits. */
  static final int MAX_BITS = 3400;

  private static final int MAX_PLAIN_CHARACTERS = 40;

  /** Reduces the fraction and moves its sign to the numerator. */
  public Rational {
    if (denominator.signum() == 0) {
      throw new IllegalArgumentException("denominator must be != 0, got 0");
    }
    BigInteger divisor = numerator.gcd(denominator);
    BigInteger signed = denominator.signum() < 0 ? divisor.negate() : divisor;
    numerator = numerator.divide(signed);
    denominator = denominator.divide(signed);
  }

  /** The value of a decimal number. */
  static Optional<Rational> of(BigDecimal decimal) {
    // Checked before the power of ten is computed: 1e999999999 must not allocate.
    if (Math.abs((long) decimal.scale()) + decimal.precision() > MAX_BITS) {
      return Optional.empty();
    }
    BigInteger power = BigInteger.TEN.pow(Math.abs(decimal.scale()));
    return decimal.scale() >= 0
        ? bounded(decimal.unscaledValue(), power)
        : bounded(decimal.unscaledValue().multiply(power), BigInteger.ONE);
  }

  /** The sum. */
  Optional<Rational> plus(Rational other) {
    return bounded(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  /** The product. */
  Optional<Rational> times(Rational other) {
    return bounded(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  /** The quotient; empty when {@code divisor} is 0. */
  Optional<Rational> over(Rational divisor) {
    return divisor.numerator.signum() == 0
        ? Optional.empty()
        : bounded(numerator.multiply(divisor.denominator), denominator.multiply(divisor.numerator));
  }

  /** The value with the opposite sign. */
  Rational negate() {
    return new Rational(numerator.negate(), denominator);
  }

  /** An integer power; empty for a negative power of 0. */
  Optional<Rational> power(int exponent) {
    long bits = (long) Math.max(numerator.bitLength(), denominator.bitLength());
    if (bits * Math.abs((long) exponent) > MAX_BITS || exponent < 0 && numerator.signum() == 0) {
      return Optional.empty();
    }
    int times = Math.abs(exponent);
    return exponent >= 0
        ? bounded(numerator.pow(times), denominator.pow(times))
        : bounded(denominator.pow(times), numerator.pow(times));
  }

  /** Whether the value is a whole number. */
  boolean isInteger() {
    return denominator.equals(BigInteger.ONE);
  }

  /** Whether the value is between 0 and 1, both excluded. */
  boolean isProperFraction() {
    return numerator.signum() > 0 && numerator.compareTo(denominator) < 0;
  }

  private static Optional<Rational> bounded(BigInteger numerator, BigInteger denominator) {
    Rational value = new Rational(numerator, denominator);
    return value.numerator.bitLength() > MAX_BITS || value.denominator.bitLength() > MAX_BITS
        ? Optional.empty()
        : Optional.of(value);
  }

  /** A decimal number where the value has a finite one, such as {@code 2.5}; else a fraction. */
  @Override
  public String toString() {
    BigInteger rest = denominator;
    int scale = Math.max(multiplicity(rest, 2), multiplicity(rest, 5));
    BigInteger power = BigInteger.TEN.pow(scale);
    if (!power.mod(denominator).equals(BigInteger.ZERO)) {
      return numerator + "/" + denominator;
    }
    BigDecimal decimal =
        new BigDecimal(numerator)
            .divide(new BigDecimal(denominator), scale, RoundingMode.UNNECESSARY);
    String plain = decimal.toPlainString();
    return plain.length() <= MAX_PLAIN_CHARACTERS ? plain : decimal.stripTrailingZeros().toString();
  }

  private static int multiplicity(BigInteger value, int prime) {
    BigInteger divisor = BigInteger.valueOf(prime);
    int times = 0;
    for (BigInteger rest = value; rest.mod(divisor).signum() == 0; rest = rest.divide(divisor)) {
      times++;
    }
    return times;
  }
}
