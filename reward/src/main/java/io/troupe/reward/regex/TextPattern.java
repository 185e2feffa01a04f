package io.troupe.reward.regex;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A regular expression in Java's syntax. A dot matches line terminators too. Thread-safe. */
public sealed interface TextPattern permits LinearPattern, BacktrackingPattern {
  /** The longest pattern that is accepted, in characters. */
  int MAX_PATTERN = 10_000;

  /**
   * Compiles a pattern.
   *
   * @throws IllegalArgumentException if it is no regular expression; the message is one line
   */
  static TextPattern compile(String pattern) {
    if (pattern.length() > MAX_PATTERN) {
      throw new IllegalArgumentException("it has more than " + MAX_PATTERN + " characters");
    }
    try {
      Pattern java = Pattern.compile(pattern, Pattern.DOTALL);
      return LinearPattern.compile(pattern)
          .<TextPattern>map(linear -> linear)
          .orElseGet(() -> new BacktrackingPattern(java));
    } catch (PatternSyntaxException e) {
      String where = e.getIndex() < 0 ? "" : " near index " + e.getIndex();
      throw new IllegalArgumentException(e.getDescription() + where, e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException("it is nested too deeply", e);
    }
  }

  /**
   * The first part of a text that matches.
   *
   * @throws MatchLimitException if the search would take too many steps or too much stack
   */
  Optional<String> find(String text) throws MatchLimitException;

  /**
   * Whether a whole text matches.
   *
   * @throws MatchLimitException if the search would take too many steps or too much stack
   */
  boolean matches(String text) throws MatchLimitException;
}
