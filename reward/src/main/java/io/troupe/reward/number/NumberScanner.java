package io.troupe.reward.number;

import static io.troupe.reward.number.Numeral.at;
import static io.troupe.reward.number.Numeral.isDigit;

import java.util.Optional;

/**
 * Finds the numbers of a text from left to right. Words with digits in them ({@code H2O}, {@code
 * x2}), exponents and subscripts of something that is not a number ({@code cm^2}, {@code x_{12}})
 * and the names of LaTeX commands are skipped.
 */
final class NumberScanner {
  private static final char ROOT = '\u221a';

  private final String text;
  private final NumberReader reader;
  private int index;

  NumberScanner(String text) {
    this.text = text;
    this.reader = new NumberReader(text);
  }

  /** The next number, with its sign; empty at the end of the text. */
  Optional<NumberToken> next() {
    while (index < text.length()) {
      if (reader.startsAt(index)) {
        boolean isNegative = isNegative(index);
        NumberToken token = reader.read(index);
        index = token.endIndex();
        if (!(token instanceof NumberToken.Other)) {
          return Optional.of(isNegative ? negated(token) : token);
        }
      } else {
        index = skip(index);
      }
    }
    return Optional.empty();
  }

  private static NumberToken negated(NumberToken token) {
    return token instanceof NumberToken.Value(Rational value, int end)
        ? new NumberToken.Value(value.negate(), end)
        : token;
  }

  /** Whether a minus sign stands before a number, on either side of a currency sign. */
  private boolean isNegative(int start) {
    int before = start - 1;
    if (Characters.isCurrency(at(text, before))) {
      before -= at(text, before - 1) == '\\' ? 2 : 1;
    }
    return Characters.isMinus(at(text, before)) && !Characters.endsOperand(at(text, before - 1));
  }

  /** The index after the part at an index that is not a number. */
  private int skip(int from) {
    int c = at(text, from);
    if (c == '\\') {
      return skipCommand(from);
    }
    if (c == '^') {
      return skipScript(from + 1);
    }
    if (c == ROOT) {
      return skipDigits(from + 1);
    }
    if (Characters.isLetter(c) || c == '_' && Characters.endsOperand(at(text, from - 1))) {
      return skipWord(from);
    }
    if (Characters.isSlash(c)
        && isDigit(text, from + 1)
        && Characters.endsOperand(at(text, from - 1))) {
      return skipDigits(from + 1);
    }
    return from + 1;
  }

  private int skipWord(int from) {
    int i = from;
    while (Characters.isWord(at(text, i)) || joinsDigits(i)) {
      i++;
    }
    return at(text, i - 1) == '_' ? skipScript(i) : i;
  }

  /** A hyphen or a point inside a word such as {@code COVID-19} or {@code v1.2}. */
  private boolean joinsDigits(int i) {
    int c = at(text, i);
    return isDigit(text, i + 1) && (c == '-' || c == '.' && isDigit(text, i - 1));
  }

  /** An exponent or subscript: braces with their content, a command, or a sign and digits. */
  private int skipScript(int from) {
    int closing = LatexFraction.closing(text, from, '{', '}');
    if (closing >= 0) {
      return closing;
    }
    int c = at(text, from);
    return c == '\\' ? from : skipDigits(Characters.isMinus(c) || c == '+' ? from + 1 : from);
  }

  private int skipDigits(int from) {
    int i = from;
    while (isDigit(text, i) || at(text, i) == '.' && isDigit(text, i + 1)) {
      i++;
    }
    return i;
  }

  private int skipCommand(int from) {
    int end = from + 1;
    while (Characters.isLetter(at(text, end))) {
      end++;
    }
    if (end == from + 1) {
      return Math.min(from + 2, text.length()); // an escaped character such as \$ or \,
    }
    return switch (text.substring(from + 1, Math.min(end, from + 8))) {
      case "sqrt", "binom", "dbinom", "hspace", "vspace" -> skipArguments(end);
      default -> at(text, end) == '_' ? skipScript(end + 1) : end;
    };
  }

  private int skipArguments(int from) {
    int i = from;
    while (true) {
      int closing =
          Math.max(
              LatexFraction.closing(text, i, '{', '}'), LatexFraction.closing(text, i, '[', ']'));
      if (closing < 0) {
        return i == from && isDigit(text, i) ? i + 1 : i;
      }
      i = closing;
    }
  }
}
