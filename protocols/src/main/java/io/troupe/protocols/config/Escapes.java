package io.troupe.protocols.config;

/**
 * Escape sequences in a text on the command line: {@code \n} is a newline, {@code \t} a tab and
 * {@code \\} a backslash. Any other backslash is kept, so that LaTeX such as {@code \boxed} needs
 * no escaping. Files need no such rule: HOCON and JSON have escapes of their own.
 */
final class Escapes {
  private Escapes() {}

  /** Replaces the escape sequences by their characters. */
  static String decode(String argument) {
    StringBuilder text = new StringBuilder(argument.length());
    int index = 0;
    while (index < argument.length()) {
      char c = argument.charAt(index);
      char escaped = index + 1 < argument.length() ? argument.charAt(index + 1) : ' ';
      if (c == '\\' && "nt\\".indexOf(escaped) >= 0) {
        text.append(
            switch (escaped) {
              case 'n' -> '\n';
              case 't' -> '\t';
              default -> '\\';
            });
        index += 2;
      } else {
        text.append(c);
        index++;
      }
    }
    return text.toString();
  }
}
