package io.troupe.reward.number;

import static io.troupe.reward.number.Numeral.at;
import static io.troupe.reward.number.Numeral.isDigit;

import io.troupe.reward.number.NumberToken.Other;
import io.troupe.reward.number.NumberToken.Oversized;
import io.troupe.reward.number.NumberToken.Value;
import java.util.List;
import java.util.Optional;

/**
 * Reads the number that starts at an index: a numeral with an exponent, power or power of ten, a
 * fraction, a mixed number. Signs are the caller's task.
 *
 * <p>No numbers: times and ratios ({@code 10:30}), dates ({@code 2024-05-01}, {@code 5/6/2024}),
 * versions ({@code 1.2.3}), identifiers ({@code 0x1F}, {@code 4a7}), numerals with a subscript, and
 * multiples of pi or of a root.
 */
final class NumberReader {
  private static final List<String> TIMES =
      List.of("\\times", "\\cdot", "\u00d7", "\u00b7", "*", "x", "X");
  private static final List<String> IRRATIONALS = List.of("\\pi", "\\sqrt", "\u03c0", "\u221a");
  private static final List<String> DEGREES = List.of("^\\circ", "^{\\circ}", "^\\prime");

  private final String text;

  NumberReader(String text) {
    this.text = text;
  }

  /** Whether a number, its sign left out, may start at an index. */
  boolean startsAt(int index) {
    return Numeral.startsAt(text, index)
        || Characters.vulgarFraction(at(text, index)).isPresent()
        || LatexFraction.nameEnd(text, index) >= 0;
  }

  /** Reads what starts at an index for which {@link #startsAt} holds. */
  NumberToken read(int start) {
    if (!Numeral.startsAt(text, start)) {
      return withoutPower(fraction(start));
    }
    Numeral numeral = Numeral.read(text, start);
    int end = numeral.endIndex();
    if (isChain(numeral, start)) {
      return new Other(chainEnd(end));
    }
    if (Characters.isSlash(at(text, end)) && isDigit(text, end + 1)) {
      return withoutPower(quotient(numeral));
    }
    return withoutPower(mixed(numeral).orElseGet(() -> scaled(numeral)));
  }

  /** Times, versions and dates go on after their first numeral. */
  private boolean isChain(Numeral numeral, int start) {
    int end = numeral.endIndex();
    boolean isDate =
        end - start == 4
            && Characters.isMinus(at(text, end))
            && isDigit(text, end + 1)
            && isDigit(text, end + 2)
            && Characters.isMinus(at(text, end + 3))
            && isDigit(text, end + 4);
    return isDate || (at(text, end) == '.' || at(text, end) == ':') && isDigit(text, end + 1);
  }

  private int chainEnd(int index) {
    int i = index;
    while (Characters.isWord(at(text, i))
        || ".:/-,\u2212".indexOf(at(text, i)) >= 0 && isDigit(text, i + 1)) {
      i++;
    }
    return i;
  }

  private NumberToken quotient(Numeral numerator) {
    Numeral denominator = Numeral.read(text, numerator.endIndex() + 1);
    int end = denominator.endIndex();
    if (Characters.isSlash(at(text, end)) && isDigit(text, end + 1)
        || isChain(denominator, numerator.endIndex() + 1)) {
      return new Other(chainEnd(end));
    }
    return token(
        numerator.value(0).flatMap(n -> denominator.value(0).flatMap(n::over)),
        end,
        numerator.isTooLong() || denominator.isTooLong());
  }

  /** A whole number and a proper fraction, such as {@code 1 1/2} or {@code 1\frac12}. */
  private Optional<NumberToken> mixed(Numeral whole) {
    int next = at(text, whole.endIndex()) == ' ' ? whole.endIndex() + 1 : whole.endIndex();
    if (!whole.isInteger() || whole.isTooLong()) {
      return Optional.empty();
    }
    NumberToken part = new Other(next);
    if (isDigit(text, next)) {
      Numeral numerator = Numeral.read(text, next);
      if (numerator.isInteger()
          && Characters.isSlash(at(text, numerator.endIndex()))
          && isDigit(text, numerator.endIndex() + 1)) {
        part = quotient(numerator);
      }
    } else if (startsAt(next) && !Numeral.startsAt(text, next)) {
      part = fraction(next);
    }
    return part instanceof Value(Rational value, int end) && value.isProperFraction()
        ? whole.value(0).flatMap(value::plus).map(sum -> new Value(sum, end))
        : Optional.empty();
  }

  private NumberToken fraction(int start) {
    Optional<Rational> vulgar = Characters.vulgarFraction(at(text, start));
    if (vulgar.isPresent()) {
      return new Value(vulgar.get(), start + 1);
    }
    int nameEnd = LatexFraction.nameEnd(text, start);
    Optional<LatexFraction> fraction = LatexFraction.read(text, nameEnd);
    if (fraction.isEmpty()) {
      return new Other(nameEnd);
    }
    return token(
        signed(fraction.get().numerator())
            .flatMap(n -> signed(fraction.get().denominator()).flatMap(n::over)),
        fraction.get().endIndex(),
        false);
  }

  /** The value of a text that is one numeral with an optional sign. */
  private static Optional<Rational> signed(String argument) {
    String stripped = argument.strip();
    boolean isSigned = Characters.isMinus(at(stripped, 0));
    String unsigned = isSigned ? stripped.substring(1).strip() : stripped;
    if (!Numeral.startsAt(unsigned, 0)) {
      return Optional.empty();
    }
    Numeral numeral = Numeral.read(unsigned, 0);
    return numeral.endIndex() < unsigned.length()
        ? Optional.empty()
        : numeral.value(0).map(value -> isSigned ? value.negate() : value);
  }

  /** A numeral with its exponent, power and power of ten. */
  private NumberToken scaled(Numeral numeral) {
    int end = numeral.endIndex();
    if (at(text, end) == 'e' || at(text, end) == 'E') {
      Optional<Exponent> exponent =
          Exponent.signed(text, end + 1).filter(e -> !Characters.isWord(at(text, e.endIndex())));
      if (exponent.isPresent()) {
        return token(numeral.value(exponent.get().value()), exponent.get().endIndex(), true);
      }
    }
    for (String degrees : DEGREES) {
      if (text.startsWith(degrees, end)) {
        return token(numeral.value(0), end + degrees.length(), true);
      }
    }
    Optional<Exponent> power = Exponent.read(text, end);
    if (power.isPresent()) {
      return token(
          numeral.value(0).flatMap(base -> base.power(power.get().value())),
          power.get().endIndex(),
          true);
    }
    Optional<Exponent> powerOfTen = powerOfTen(end);
    if (powerOfTen.isPresent()) {
      return token(numeral.value(powerOfTen.get().value()), powerOfTen.get().endIndex(), true);
    }
    return token(numeral.value(0), end, true);
  }

  /** The exponent of a factor such as {@code \times 10^{3}}. */
  private Optional<Exponent> powerOfTen(int index) {
    int operator = LatexFraction.skipSpaces(text, index);
    for (String times : TIMES) {
      if (text.startsWith(times, operator)) {
        int ten = LatexFraction.skipSpaces(text, operator + times.length());
        return text.startsWith("10", ten) ? Exponent.read(text, ten + 2) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static NumberToken token(Optional<Rational> value, int end, boolean isOversized) {
    if (value.isPresent()) {
      return new Value(value.get(), end);
    }
    return isOversized ? new Oversized(end) : new Other(end);
  }

  /** A value to the power of something that is not an integer is unknown. */
  private NumberToken withoutPower(NumberToken token) {
    return at(text, token.endIndex()) == '^' ? new Other(token.endIndex()) : withUnit(token);
  }

  /** A unit may follow directly, as in {@code 42cm2}; other letters and digits make a name. */
  private NumberToken withUnit(NumberToken token) {
    int end = token.endIndex();
    int unit = end;
    while (Characters.isLetter(at(text, unit))) {
      unit++;
    }
    if (unit > end && (at(text, unit) == '2' || at(text, unit) == '3')) {
      unit++;
    }
    if (isGlued(unit)) {
      return new Other(chainEnd(unit));
    }
    int factor = LatexFraction.skipSpaces(text, end);
    for (String irrational : IRRATIONALS) {
      if (text.startsWith(irrational, factor)) {
        return new Other(factor);
      }
    }
    return unit == end ? token : moved(token, unit);
  }

  private boolean isGlued(int index) {
    int c = at(text, index);
    return c == '_'
        ? at(text, index + 1) == '{' || Characters.isDigit(at(text, index + 1))
        : Characters.isWord(c);
  }

  private static NumberToken moved(NumberToken token, int end) {
    return switch (token) {
      case Value(Rational value, int _) -> new Value(value, end);
      case Oversized _ -> new Oversized(end);
      case Other _ -> new Other(end);
    };
  }
}
