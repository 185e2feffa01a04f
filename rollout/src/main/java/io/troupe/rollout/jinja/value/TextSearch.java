package io.troupe.rollout.jinja.value;

/** Finds a text in another in linear time (Knuth, Morris and Pratt 1977). */
public final class TextSearch {
  private static final int SHORT = 16; // below, the quadratic worst case does not matter

  private final String pattern;
  private final int[] borders;

  /** Prepares the search for a text. */
  public TextSearch(String pattern) {
    this.pattern = pattern;
    this.borders = pattern.length() <= SHORT ? new int[0] : borders(pattern);
  }

  /** For each prefix, the length of its longest proper prefix that it ends with. */
  private static int[] borders(String pattern) {
    int[] borders = new int[pattern.length()];
    int length = 0;
    for (int i = 1; i < pattern.length(); i++) {
      while (length > 0 && pattern.charAt(i) != pattern.charAt(length)) {
        length = borders[length - 1];
      }
      if (pattern.charAt(i) == pattern.charAt(length)) {
        length++;
      }
      borders[i] = length;
    }
    return borders;
  }

  /** The first position from {@code from} on; -1 if there is none. */
  public int indexIn(String text, int from) {
    if (pattern.length() <= SHORT) {
      return text.indexOf(pattern, from);
    }
    int matched = 0;
    for (int i = from; i < text.length(); i++) {
      while (matched > 0 && text.charAt(i) != pattern.charAt(matched)) {
        matched = borders[matched - 1];
      }
      if (text.charAt(i) == pattern.charAt(matched)) {
        matched++;
      }
      if (matched == pattern.length()) {
        return i + 1 - matched;
      }
    }
    return -1;
  }
}
