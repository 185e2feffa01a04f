package io.troupe.rollout.jinja.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Operations of Python's {@code str} that need no budget: their results are not longer. */
public final class PythonStrings {
  private PythonStrings() {}

  /** Whether Python counts a character as white space. */
  public static boolean isSpace(int c) {
    return (c >= '\t' && c <= '\r')
        || (c >= 0x1c && c <= 0x20)
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  private static boolean isLineEnd(int c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  /** The text without the leading characters that match. */
  public static String stripStart(String text, IntPredicate matches) {
    int from = 0;
    while (from < text.length() && matches.test(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    return text.substring(from);
  }

  /** The text without the trailing characters that match. */
  public static String stripEnd(String text, IntPredicate matches) {
    int to = text.length();
    while (to > 0 && matches.test(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(0, to);
  }

  /** The text without trailing white space. */
  public static String stripEnd(String text) {
    return stripEnd(text, PythonStrings::isSpace);
  }

  /** The text without white space around it. */
  public static String strip(String text) {
    return stripStart(stripEnd(text), PythonStrings::isSpace);
  }

  /** {@code text.splitlines()}. */
  public static List<String> splitLines(String text) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isLineEnd(text.charAt(i))) {
        lines.add(text.substring(start, i));
        if (text.startsWith("\r\n", i)) {
          i++;
        }
        start = i + 1;
      }
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  /** {@code text.split(None, maxSplits)}; a negative number of splits is no limit. */
  public static List<String> splitWords(String text, int maxSplits) {
    List<String> words = new ArrayList<>();
    String rest = stripStart(text, PythonStrings::isSpace);
    int position = text.length() - rest.length();
    while (position < text.length()) {
      if (maxSplits >= 0 && words.size() == maxSplits) {
        words.add(stripEnd(text.substring(position)));
        return words;
      }
      int end = position;
      while (end < text.length() && !isSpace(text.charAt(end))) {
        end++;
      }
      words.add(text.substring(position, end));
      position = end;
      while (position < text.length() && isSpace(text.charAt(position))) {
        position++;
      }
    }
    return words;
  }

  /** {@code text.capitalize()}. */
  public static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = Character.charCount(text.codePointAt(0));
    return titleCase(text.codePointAt(0)) + text.substring(first).toLowerCase(Locale.ROOT);
  }

  /** {@code text.title()}: every letter that follows no letter is in title case. */
  public static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      out.append(inWord ? Character.toString(c).toLowerCase(Locale.ROOT) : titleCase(c));
      inWord = isCased(c);
    }
    return out.toString();
  }

  /** Whether a character has case. */
  public static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  private static String titleCase(int c) {
    int title = Character.toTitleCase(c);
    if (title != c || Character.isUpperCase(c)) {
      return Character.toString(title);
    }
    String upper = Character.toString(c).toUpperCase(Locale.ROOT);
    // such as U+00DF, whose upper case has two letters
    return upper.length() > 1 && upper.codePointCount(0, upper.length()) > 1
        ? upper.substring(0, 1) + upper.substring(1).toLowerCase(Locale.ROOT)
        : upper;
  }

  /** The HTML text of a text, as {@code markupsafe.escape} returns it. */
  public static String escapeHtml(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '\'' -> out.append("&#39;");
        case '"' -> out.append("&#34;");
        default -> out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  /** Whether every character is one {@code char}, so that positions need no conversion. */
  static boolean hasNoSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
