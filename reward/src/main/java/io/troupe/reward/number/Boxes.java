package io.troupe.reward.number;

import java.util.Optional;

/**
 * Finds the content of {@code \boxed{...}} and {@code \fbox{...}} with nested braces. A box without
 * its closing brace, as in a truncated completion, does not count. {@code \boxed 5} counts up to
 * the end of its formula or line.
 */
final class Boxes {
  private static final String[] NAMES = {"\\boxed", "\\fbox"};

  private Boxes() {}

  /** The content of the first or last box. */
  static Optional<String> find(String text, MarkerChoice choice) {
    int[] open = new int[16];
    int depth = 0;
    Box found = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        Box unbraced = unbraced(text, i);
        found = chosen(found, unbraced, choice);
        i++; // an escaped brace opens nothing
      } else if (c == '{') {
        open = depth == open.length ? java.util.Arrays.copyOf(open, depth * 2) : open;
        open[depth++] = i;
      } else if (c == '}' && depth > 0) {
        int start = open[--depth];
        found = chosen(found, isBox(text, start) ? new Box(start + 1, i) : null, choice);
      }
    }
    return Optional.ofNullable(found).map(box -> text.substring(box.start, box.end));
  }

  private static Box chosen(Box found, Box other, MarkerChoice choice) {
    if (found == null || other == null) {
      return found == null ? other : found;
    }
    boolean isLater = other.start > found.start;
    return isLater == (choice == MarkerChoice.LAST) ? other : found;
  }

  private static boolean isBox(String text, int brace) {
    int end = brace;
    while (end > 0 && text.charAt(end - 1) == ' ' && brace - end < 2) {
      end--;
    }
    for (String name : NAMES) {
      if (text.startsWith(name, end - name.length())) {
        return true;
      }
    }
    return false;
  }

  private static Box unbraced(String text, int index) {
    for (String name : NAMES) {
      int start = index + name.length();
      int c = LatexFraction.skipSpaces(text, start);
      if (text.startsWith(name, index)
          && Numeral.at(text, c) != '{'
          && (c > start || Numeral.isDigit(text, c))) {
        int end = c;
        while (end < text.length()
            && end - c <= StandaloneNumber.MAX_CHARACTERS
            && text.charAt(end) != '$'
            && text.charAt(end) != '\n') {
          end++;
        }
        return new Box(c, end);
      }
    }
    return null;
  }

  private record Box(int start, int end) {}
}
