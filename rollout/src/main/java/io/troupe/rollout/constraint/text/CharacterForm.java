package io.troupe.rollout.constraint.text;

import io.troupe.rollout.constraint.automaton.Language;

/** How a character of a text is written, such as with the escapes of a JSON string. */
@FunctionalInterface
public interface CharacterForm {
  /** The forms of one character of a set. */
  Language oneOf(CharacterSet characters);
}
