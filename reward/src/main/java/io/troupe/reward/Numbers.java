package io.troupe.reward;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds numbers in text: signs, decimals, commas between groups of three digits ({@code -1,234.5});
 * GSM8K's {@code #### n} marks a final answer. A minus right after a letter, digit or bracket is a
 * subtraction, not a sign.
 */
final class Numbers {
  // Longer numerals are no answers, and exact arithmetic on them would cost whatever a text likes.
  private static final int MAX_DIGITS = 100;
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?:(?<![\\w)\\]])[-+\\u2212])?\\$?(?:[0-9]{1,3}(?:,[0-9]{3})++(?![0-9])|[0-9]++)"
              + "(?:\\.[0-9]++)?|(?:(?<![\\w)\\]])[-+\\u2212])?\\$?(?<![0-9])\\.[0-9]++");
  private static final String MARK = "####";

  private Numbers() {}

  /** The number after the last {@code ####}; without a mark, the last number of the text. */
  static Optional<BigDecimal> finalAnswer(CharSequence text) {
    String string = text.toString();
    for (int mark = string.lastIndexOf(MARK); mark >= 0; mark = before(string, mark)) {
      Matcher matcher = NUMBER.matcher(string).region(mark + MARK.length(), string.length());
      if (matcher.find()) {
        return parse(matcher.group());
      }
    }
    return last(string);
  }

  private static int before(String string, int mark) {
    return mark == 0 ? -1 : string.lastIndexOf(MARK, mark - 1);
  }

  private static Optional<BigDecimal> last(String text) {
    Matcher matcher = NUMBER.matcher(text);
    String found = null;
    while (matcher.find()) {
      found = matcher.group();
    }
    return found == null ? Optional.empty() : parse(found);
  }

  private static Optional<BigDecimal> parse(String numeral) {
    String plain = numeral.replace(",", "").replace("$", "").replace('\u2212', '-');
    return plain.length() > MAX_DIGITS
        ? Optional.empty()
        : Optional.of(new BigDecimal(plain).stripTrailingZeros());
  }
}
