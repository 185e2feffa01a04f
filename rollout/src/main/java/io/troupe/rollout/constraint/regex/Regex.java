package io.troupe.rollout.constraint.regex;

import io.troupe.rollout.constraint.text.CharacterSet;
import java.util.List;

/** A part of a regular expression. */
sealed interface Regex {
  /** One character of a set. */
  record OneOf(CharacterSet characters) implements Regex {}

  /** Parts one after another; none for the empty text. */
  record Sequence(List<Regex> parts) implements Regex {}

  /** Any of several expressions. */
  record Alternatives(List<Regex> options) implements Regex {}

  /**
   * An expression several times.
   *
   * @param max {@link Integer#MAX_VALUE} without a limit
   */
  record Repeat(Regex body, int min, int max) implements Regex {}

  /** {@code ^}. */
  record TextStart() implements Regex {}

  /** {@code $}. */
  record TextEnd() implements Regex {}
}
