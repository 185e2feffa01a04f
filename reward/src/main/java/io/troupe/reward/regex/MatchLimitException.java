package io.troupe.reward.regex;

/** A match exceeded its limits. The message is short and countable: it names no text. */
public final class MatchLimitException extends Exception {
  private static final long serialVersionUID = 1;

  MatchLimitException(String message) {
    super(message);
  }
}
