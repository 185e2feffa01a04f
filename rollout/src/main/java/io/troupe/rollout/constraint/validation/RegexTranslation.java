package io.troupe.rollout.constraint.validation;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/** Compiles patterns with RE2, whose time is linear in the length of the text. */
final class RegexTranslation {
  private static final java.util.regex.Pattern PAIR =
      java.util.regex.Pattern.compile(
          "\\\\\\\\|\\\\u([dD][89abAB]\\p{XDigit}{2})\\\\u([dD][c-fC-F]\\p{XDigit}{2})"
              + "|\\\\u(\\p{XDigit}{4})|\\(\\?<(?![=!])");

  private RegexTranslation() {}

  /**
   * Compiles a pattern.
   *
   * @param name of the setting, for errors
   * @throws IllegalArgumentException if RE2 does not support it
   */
  static Pattern compile(String name, String pattern) {
    try {
      return Pattern.compile(PAIR.matcher(pattern).replaceAll(RegexTranslation::inRe2));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          name + " must be a regular expression of RE2's syntax, got an error: " + e.getMessage(),
          e);
    }
  }

  /** RE2's form of {@code \\uHHHH} and of a named group. */
  private static String inRe2(java.util.regex.MatchResult found) {
    String replacement = found.group();
    if (found.group(1) != null) {
      int high = Integer.parseInt(found.group(1), 16);
      int low = Integer.parseInt(found.group(2), 16);
      replacement =
          "\\x{" + Integer.toHexString(Character.toCodePoint((char) high, (char) low)) + "}";
    } else if (found.group(3) != null) {
      replacement = "\\x{" + found.group(3) + "}";
    } else if (replacement.equals("(?<")) {
      replacement = "(?P<";
    }
    return java.util.regex.Matcher.quoteReplacement(replacement);
  }
}
