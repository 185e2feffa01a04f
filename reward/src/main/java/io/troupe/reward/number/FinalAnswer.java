package io.troupe.reward.number;

import static io.troupe.reward.number.Numeral.at;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the number that a text gives as its answer.
 *
 * <ol>
 *   <li>A {@code \boxed{...}} or {@code \fbox{...}}: its content must be one number, possibly with
 *       a name and an equals sign before it and a unit after it. A box that holds anything else
 *       gives no answer.
 *   <li>{@code #### n}, as in GSM8K. Without a number right after it, or with a numbered title
 *       ({@code #### 2. Solve}), it is a Markdown heading and does not count.
 *   <li>Otherwise the last number of the text.
 * </ol>
 */
public final class FinalAnswer {
  private static final String HASHES = "####";
  private static final int MAX_LINE = 300;

  /** Space and emphasis before the number, and what follows its line. */
  private static final Pattern AFTER_HASHES = Pattern.compile("^[ \\t*]+|(?s:\\R.*)");

  private FinalAnswer() {}

  /** The answer of a text; empty when it has none or the number is too large. */
  public static Optional<Rational> of(String text, MarkerChoice choice) {
    Optional<String> box = Boxes.find(text, choice);
    if (box.isPresent()) {
      return StandaloneNumber.only(box.get());
    }
    Optional<NumberToken> marked = afterHashes(text, choice);
    if (marked.isPresent()) {
      return value(marked.get());
    }
    Optional<Rational> whole = StandaloneNumber.whole(text);
    return whole.isPresent() ? whole : last(text);
  }

  private static Optional<Rational> value(NumberToken token) {
    return token instanceof NumberToken.Value(Rational value, int _)
        ? Optional.of(value)
        : Optional.empty();
  }

  private static Optional<Rational> last(String text) {
    NumberScanner scanner = new NumberScanner(text);
    Optional<NumberToken> last = Optional.empty();
    for (Optional<NumberToken> next = scanner.next(); next.isPresent(); next = scanner.next()) {
      last = next;
    }
    return last.flatMap(FinalAnswer::value);
  }

  private static Optional<NumberToken> afterHashes(String text, MarkerChoice choice) {
    boolean isLast = choice == MarkerChoice.LAST;
    int mark = isLast ? text.lastIndexOf(HASHES) : text.indexOf(HASHES);
    while (mark >= 0) {
      Optional<NumberToken> token =
          at(text, mark - 1) == '#' ? Optional.empty() : atHashes(text, mark);
      if (token.isPresent()) {
        return token;
      }
      mark = isLast ? text.lastIndexOf(HASHES, mark - 1) : text.indexOf(HASHES, mark + 1);
    }
    return Optional.empty();
  }

  private static Optional<NumberToken> atHashes(String text, int mark) {
    int start = mark + HASHES.length();
    String near = text.substring(start, Math.min(text.length(), start + MAX_LINE));
    String line = StandaloneNumber.join(AFTER_HASHES.matcher(near).replaceAll(""));
    NumberReader reader = new NumberReader(line);
    int number = numberStart(line);
    if (!reader.startsAt(number)) {
      return Optional.empty();
    }
    return new NumberScanner(line).next().filter(token -> !isTitle(line, token.endIndex()));
  }

  /** The index after sign, currency and opening signs of a formula. */
  private static int numberStart(String line) {
    int i = 0;
    while (at(line, i) == '+'
        || at(line, i) == '\\' && Characters.isCurrency(at(line, i + 1))
        || Characters.isMinus(at(line, i))
        || Characters.isCurrency(at(line, i))) {
      i++;
    }
    return i;
  }

  /** Whether a number belongs to a title: {@code 2. Solve}, {@code 1) Setup}, {@code 2nd try}. */
  private static boolean isTitle(String line, int end) {
    boolean isListItem = at(line, end) == '.' || at(line, end) == ')' || at(line, end) == ':';
    return Characters.isLetter(at(line, end - 1))
        || isListItem && line.substring(end).chars().anyMatch(Characters::isLetter);
  }
}
