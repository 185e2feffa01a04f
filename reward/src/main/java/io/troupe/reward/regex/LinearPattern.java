package io.troupe.reward.regex;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/**
 * A pattern for RE2/J, whose time is linear in the length of the text.
 *
 * <p>Differences from Java: {@code \s} does not match a vertical tab, and {@code (?i)} ignores the
 * case of all letters, not of ASCII alone.
 */
record LinearPattern(Pattern pattern) implements TextPattern {

  /** Compiles a pattern; empty if RE2/J does not support it or reads it differently from Java. */
  static Optional<LinearPattern> compile(String pattern) {
    if (isJavaOnly(pattern) || pattern.contains("(?m") || pattern.contains("\\v")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new LinearPattern(Pattern.compile(pattern, Pattern.DOTALL)));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether RE2/J accepts a construct with another meaning: an intersection of classes, a nested
   * class, a dollar sign before the end.
   */
  private static boolean isJavaOnly(String pattern) {
    boolean inClass = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        i++;
      } else if (inClass && (c == '[' || pattern.startsWith("&&", i))) {
        return true;
      } else if (!inClass && c == '$' && i < pattern.length() - 1) {
        return true;
      } else if (c == '[' || c == ']') {
        inClass = c == '[';
      }
    }
    return false;
  }

  @Override
  public Optional<String> find(String text) {
    Matcher matcher = pattern.matcher(text);
    if (matcher.find()) {
      return Optional.of(matcher.group());
    }
    // In Java a dollar sign also matches before the last line terminator, in RE2/J it does not.
    String line = withoutLineTerminator(text);
    return !pattern.pattern().endsWith("$") || line.length() == text.length()
        ? Optional.empty()
        : Optional.of(pattern.matcher(line)).filter(Matcher::find).map(Matcher::group);
  }

  private static String withoutLineTerminator(String text) {
    String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  @Override
  public boolean matches(String text) {
    return pattern.matcher(text).matches();
  }
}
