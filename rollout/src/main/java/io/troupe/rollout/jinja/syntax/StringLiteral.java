package io.troupe.rollout.jinja.syntax;

import io.troupe.rollout.jinja.value.TemplateException;
import java.util.Map;

/** The escapes of Python's text literals. */
final class StringLiteral {
  private static final Map<Character, Character> SIMPLE =
      Map.of(
          '\\', '\\', '\'', '\'', '"', '"', 'a', '\u0007', 'b', '\b', 'f', '\f', 'n', '\n', 'r',
          '\r', 't', '\t', 'v', '\u000b');

  private final String body;
  private final int line;
  private final StringBuilder out = new StringBuilder();
  private int position;

  private StringLiteral(String body, int line) {
    this.body = body;
    this.line = line;
  }

  /** The text that a literal stands for. */
  static String unescape(String body, int line) {
    if (body.indexOf('\\') < 0) {
      return body;
    }
    StringLiteral literal = new StringLiteral(body, line);
    literal.read();
    return literal.out.toString();
  }

  private void read() {
    while (position < body.length()) {
      char c = body.charAt(position++);
      if (c != '\\') {
        out.append(c);
      } else {
        readEscape(body.codePointAt(position));
      }
    }
  }

  private void readEscape(int c) {
    position += Character.charCount(c);
    switch (c) {
      case '\n' -> {}
      case 'x' -> readHex(2, "\\xXX");
      case 'u' -> readHex(4, "\\uXXXX");
      case 'U' -> readHex(8, "\\UXXXXXXXX");
      case 'N' -> readNamed();
      case '0', '1', '2', '3', '4', '5', '6', '7' -> readOctal();
      default -> {
        if (c < 128 && SIMPLE.containsKey((char) c)) {
          out.append(SIMPLE.get((char) c));
        } else {
          out.append('\\').append(c < 128 ? Character.toString(c) : escapeOf(c));
        }
      }
    }
  }

  /** Jinja escapes characters beyond ASCII before it decodes escapes, which shows behind "\". */
  private static String escapeOf(int c) {
    if (c <= 0xff) {
      return String.format("x%02x", c);
    }
    return c <= 0xffff ? String.format("u%04x", c) : String.format("U%08x", c);
  }

  private void readOctal() {
    int number = body.charAt(position - 1) - '0';
    for (int i = 0; i < 2 && position < body.length(); i++) {
      int digit = Character.digit(body.charAt(position), 8);
      if (digit < 0) {
        break;
      }
      number = number * 8 + digit;
      position++;
    }
    out.appendCodePoint(number);
  }

  private void readHex(int digits, String form) {
    int number = 0;
    for (int i = 0; i < digits; i++, position++) {
      int digit = position < body.length() ? Character.digit(body.charAt(position), 16) : -1;
      if (digit < 0 || body.charAt(position) > 'f') {
        throw syntax("truncated " + form + " escape");
      }
      number = (number << 4) | digit;
    }
    if (!Character.isValidCodePoint(number)) {
      throw syntax("illegal Unicode character");
    }
    out.appendCodePoint(number);
  }

  private void readNamed() {
    int end = body.indexOf('}', position);
    if (!body.startsWith("{", position) || end < 0) {
      throw syntax("malformed \\N character escape");
    }
    try {
      out.appendCodePoint(Character.codePointOf(body.substring(position + 1, end)));
    } catch (IllegalArgumentException e) {
      throw syntax("unknown Unicode character name");
    }
    position = end + 1;
  }

  private TemplateException syntax(String detail) {
    return TemplateException.of(TemplateException.Kind.SYNTAX, detail).atLine(line);
  }
}
