package io.troupe.rollout.jinja.syntax;

import io.troupe.rollout.jinja.value.PythonNumbers;
import io.troupe.rollout.jinja.value.PythonQuotes;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Reads the tokens inside of one tag and checks that brackets are balanced. */
final class CodeLexer {
  private static final List<String> LONG_OPERATORS = List.of("**", "//", "==", "!=", ">=", "<=");
  private static final String OPERATORS = "+-/*%~[](){}<>=.:|,;";

  private final String source;
  private final Deque<Character> open = new ArrayDeque<>(); // the brackets that close them
  private int end;

  CodeLexer(String source) {
    this.source = source;
  }

  /** Whether every bracket is closed, so that the tag may end. */
  boolean isBalanced() {
    return open.isEmpty();
  }

  /** The position behind the last token. */
  int end() {
    return end;
  }

  /** The token at a position that is no white space. */
  Token token(int at, int line) {
    char c = source.charAt(at);
    if (isDigit(at)) {
      return number(at, line);
    }
    if (isNamePart(source.codePointAt(at))) {
      return name(at, line);
    }
    if (c == '\'' || c == '"') {
      return string(at, line);
    }
    for (String operator : LONG_OPERATORS) {
      if (source.startsWith(operator, at)) {
        end = at + operator.length();
        return Token.of(Token.Type.OPERATOR, operator, line);
      }
    }
    if (OPERATORS.indexOf(c) < 0) {
      throw syntax(
          "unexpected char " + PythonQuotes.quote(source.substring(at, at + 1)) + " at " + at,
          line);
    }
    balance(c, line);
    end = at + 1;
    return Token.of(Token.Type.OPERATOR, String.valueOf(c), line);
  }

  private void balance(char c, int line) {
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty()) {
          throw syntax("unexpected '" + c + "'", line);
        }
        char expected = open.pop();
        if (expected != c) {
          throw syntax("unexpected '" + c + "', expected '" + expected + "'", line);
        }
      }
      default -> {}
    }
  }

  private boolean isDigit(int at) {
    return at < source.length() && source.charAt(at) >= '0' && source.charAt(at) <= '9';
  }

  /** The end of digits that single underscores may separate. */
  private int digits(int from) {
    int at = from;
    while (isDigit(at)
        || (at > from && at < source.length() && source.charAt(at) == '_' && isDigit(at + 1))) {
      at++;
    }
    return at;
  }

  private Token number(int at, int line) {
    boolean behindDot = at > 0 && source.charAt(at - 1) == '.';
    int whole = digits(at);
    int fraction =
        whole < source.length() && source.charAt(whole) == '.' && isDigit(whole + 1)
            ? digits(whole + 1)
            : whole;
    int exponent = exponent(fraction);
    if (!behindDot && exponent > whole) {
      end = exponent;
      String text = source.substring(at, exponent).replace("_", "");
      return new Token(Token.Type.FLOAT, text, new Value.Float(Double.parseDouble(text)), line);
    }
    return integer(at, whole, line);
  }

  private int exponent(int from) {
    if (from >= source.length() || "eE".indexOf(source.charAt(from)) < 0) {
      return from;
    }
    int digits = from + 1;
    if (digits < source.length() && "+-".indexOf(source.charAt(digits)) >= 0) {
      digits++;
    }
    return isDigit(digits) ? digits(digits) : from;
  }

  private Token integer(int at, int decimalEnd, int line) {
    int radix = radix(at);
    int from = radix == 10 ? at : at + 2;
    int to = radix == 10 ? decimalEnd : from;
    while (radix != 10
        && to < source.length()
        && (Character.digit(source.charAt(to), radix) >= 0
            || (source.charAt(to) == '_'
                && to + 1 < source.length()
                && Character.digit(source.charAt(to + 1), radix) >= 0))) {
      to++;
    }
    if (radix == 10 && source.charAt(at) == '0') {
      to = zeros(at); // no number starts with 0
    }
    end = to;
    String digits = source.substring(from, to).replace("_", "");
    if (digits.length() > 1000) {
      throw syntax("numbers must have at most 1000 digits", line);
    }
    Value value = PythonNumbers.integer(new BigInteger(digits, radix));
    return new Token(Token.Type.INTEGER, digits, value, line);
  }

  private int zeros(int at) {
    int to = at + 1;
    while (source.startsWith("0", to) || source.startsWith("_0", to)) {
      to++;
    }
    return to;
  }

  private int radix(int at) {
    String prefix = source.substring(at, Math.min(at + 2, source.length()));
    int radix =
        switch (prefix) {
          case "0b", "0B" -> 2;
          case "0o", "0O" -> 8;
          case "0x", "0X" -> 16;
          default -> 10;
        };
    int digit = source.startsWith("_", at + 2) ? at + 3 : at + 2;
    boolean number = digit < source.length() && Character.digit(source.charAt(digit), radix) >= 0;
    return number ? radix : 10;
  }

  private static boolean isNamePart(int c) {
    return c == '_'
        || Character.isLetterOrDigit(c)
        || Character.isUnicodeIdentifierPart(c) && c > 0x9f;
  }

  private Token name(int at, int line) {
    int to = at;
    while (to < source.length() && isNamePart(source.codePointAt(to))) {
      to += Character.charCount(source.codePointAt(to));
    }
    int first = source.codePointAt(at);
    if (first != '_' && !Character.isUnicodeIdentifierStart(first)) {
      throw syntax("Invalid character in identifier", line);
    }
    end = to;
    return Token.of(Token.Type.NAME, source.substring(at, to), line);
  }

  private Token string(int at, int line) {
    char quote = source.charAt(at);
    for (int i = at + 1; i < source.length(); i++) {
      if (source.charAt(i) == '\\') {
        i++;
      } else if (source.charAt(i) == quote) {
        end = i + 1;
        Value value = Value.text(StringLiteral.unescape(source.substring(at + 1, i), line));
        return new Token(Token.Type.STRING, "", value, line);
      }
    }
    throw syntax(
        "unexpected char " + PythonQuotes.quote(String.valueOf(quote)) + " at " + at, line);
  }

  private static TemplateException syntax(String detail, int line) {
    return TemplateException.of(TemplateException.Kind.SYNTAX, detail).atLine(line);
  }
}
