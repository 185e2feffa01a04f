package io.troupe.reward.number;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a short text that is expected to be one number, such as the content of a box. In such a
 * text spaces may separate thousands ({@code 10 000}) and surround a fraction's slash.
 */
final class StandaloneNumber {
  /** Longer texts are not read. */
  static final int MAX_CHARACTERS = 1_000;

  private static final Pattern SPACED_THOUSANDS =
      Pattern.compile("(?<![\\w.,/])[0-9]{1,3}(?: [0-9]{3})+(?![\\w/]| ?/)");
  private static final Pattern SPACED_SLASH = Pattern.compile("(?<=[0-9]) ?/ ?(?=[0-9])");
  private static final Pattern SPACED_SIGN = Pattern.compile("^([-\u2212]) +");

  private StandaloneNumber() {}

  /**
   * The only number of a text. With several numbers, the only one after the last equals sign:
   * {@code 3 + 4 = 7} is 7.
   */
  static Optional<Rational> only(String text) {
    if (text.length() > MAX_CHARACTERS) {
      return Optional.empty();
    }
    String joined = join(text);
    Optional<Rational> only = single(joined);
    int equals = joined.lastIndexOf('=');
    return only.isPresent() || equals < 0 ? only : single(joined.substring(equals + 1));
  }

  /** The number that a text consists of, with nothing before or after it. */
  static Optional<Rational> whole(String text) {
    if (text.length() > MAX_CHARACTERS) {
      return Optional.empty();
    }
    String joined = join(text);
    Optional<NumberToken> token = new NumberScanner(joined).next();
    return token.isPresent()
            && token.get() instanceof NumberToken.Value(Rational value, int end)
            && end == joined.length()
            && startsNumber(joined)
        ? Optional.of(value)
        : Optional.empty();
  }

  private static boolean startsNumber(String joined) {
    int c = joined.charAt(0);
    return Characters.isMinus(c)
        || c == '+'
        || Characters.isCurrency(c)
        || new NumberReader(joined).startsAt(0);
  }

  /** Removes the spaces inside numbers. */
  static String join(String text) {
    String thousands =
        SPACED_THOUSANDS.matcher(text.strip()).replaceAll(match -> match.group().replace(" ", ""));
    String slashes = SPACED_SLASH.matcher(thousands).replaceAll("/");
    return SPACED_SIGN.matcher(slashes).replaceAll("$1");
  }

  private static Optional<Rational> single(String text) {
    NumberScanner scanner = new NumberScanner(text);
    Optional<NumberToken> first = scanner.next();
    return first.isPresent()
            && first.get() instanceof NumberToken.Value(Rational value, int _)
            && scanner.next().isEmpty()
        ? Optional.of(value)
        : Optional.empty();
  }
}
