package io.troupe.reward.number;

/** A part of a text that starts with a digit or a fraction. */
sealed interface NumberToken {

  /** The index after the last character of the part. */
  int endIndex();

  /** A number. */
  record Value(Rational value, int endIndex) implements NumberToken {}

  /** A number that is too large to be an answer. */
  record Oversized(int endIndex) implements NumberToken {}

  /** Digits that are no number, such as a time of day, a version or an identifier. */
  record Other(int endIndex) implements NumberToken {}
}
