package io.troupe.rollout.constraint.regex;

import io.troupe.rollout.constraint.text.CharacterSet;
import java.util.Optional;

/** The predefined classes of characters, which are ASCII as in RE2 and {@code java.util.regex}. */
final class CharacterClasses {
  private static final CharacterSet DIGIT = CharacterSet.range('0', '9');
  private static final CharacterSet WORD =
      DIGIT
          .union(CharacterSet.range('a', 'z'))
          .union(CharacterSet.range('A', 'Z'))
          .union(CharacterSet.of('_'));
  private static final CharacterSet SPACE = CharacterSet.of(" \t\n\f\r");

  /** With the vertical tab, which is a space for Java and Python, but not for RE2. */
  private static final CharacterSet SPACE_OR_TAB = SPACE.union(CharacterSet.of(0xb));

  /** Every character except the line terminators of Python, ECMAScript and Java. */
  static final CharacterSet DOT = CharacterSet.of("\n\r\u0085\u2028\u2029").complement();

  private CharacterClasses() {}

  /**
   * The class of an escaped letter, such as {@code d}. Characters on which the dialects differ are
   * left out of the texts.
   *
   * @param negated whether it is part of a negated class
   */
  static Optional<CharacterSet> ofEscape(int letter, boolean negated) {
    return switch (letter) {
      case 'd' -> Optional.of(DIGIT);
      case 'D' -> Optional.of(DIGIT.complement());
      case 'w' -> Optional.of(WORD);
      case 'W' -> Optional.of(WORD.complement());
      case 's' -> Optional.of(negated ? SPACE_OR_TAB : SPACE);
      case 'S' -> Optional.of((negated ? SPACE : SPACE_OR_TAB).complement());
      default -> Optional.empty();
    };
  }
}
