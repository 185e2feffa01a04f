package io.troupe.reward.number;

import java.util.Optional;

/**
 * The arguments of {@code \frac}, {@code \dfrac}, {@code \tfrac} or {@code \cfrac}: each in braces
 * or a single digit, as in {@code \frac12}.
 *
 * @param numerator the text of the first argument
 * @param denominator the text of the second argument
 * @param endIndex the index after the second argument
 */
record LatexFraction(String numerator, String denominator, int endIndex) {
  /** Longer arguments are no numbers. The bound keeps the search for a closing brace short. */
  static final int MAX_ARGUMENT = 300;

  /** The index after the command's name; -1 where no such command starts. */
  static int nameEnd(String text, int index) {
    for (String name : new String[] {"\\frac", "\\dfrac", "\\tfrac", "\\cfrac"}) {
      if (text.startsWith(name, index)
          && !Characters.isLetter(Numeral.at(text, index + name.length()))) {
        return index + name.length();
      }
    }
    return -1;
  }

  /** Reads the arguments that follow the command's name. */
  static Optional<LatexFraction> read(String text, int nameEnd) {
    int first = skipSpaces(text, nameEnd);
    int firstEnd = argumentEnd(text, first);
    int second = firstEnd < 0 ? -1 : skipSpaces(text, firstEnd);
    int secondEnd = second < 0 ? -1 : argumentEnd(text, second);
    return secondEnd < 0
        ? Optional.empty()
        : Optional.of(
            new LatexFraction(
                argument(text, first, firstEnd), argument(text, second, secondEnd), secondEnd));
  }

  private static String argument(String text, int start, int end) {
    return text.charAt(start) == '{'
        ? text.substring(start + 1, end - 1)
        : text.substring(start, end);
  }

  private static int argumentEnd(String text, int index) {
    if (Numeral.isDigit(text, index)) {
      return index + 1;
    }
    return closing(text, index, '{', '}');
  }

  /** The index after the bracket that closes the one at an index; -1 if it is not near. */
  static int closing(String text, int index, char open, char close) {
    if (Numeral.at(text, index) != open) {
      return -1;
    }
    int depth = 0;
    int limit = Math.min(text.length(), index + MAX_ARGUMENT);
    for (int i = index; i < limit; i++) {
      char c = text.charAt(i);
      if (c == open) {
        depth++;
      } else if (c == close && --depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }

  static int skipSpaces(String text, int index) {
    int i = index;
    while (Numeral.at(text, i) == ' ' && i < index + 2) {
      i++;
    }
    return i;
  }
}
