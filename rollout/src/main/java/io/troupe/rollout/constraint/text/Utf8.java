package io.troupe.rollout.constraint.text;

import io.troupe.rollout.constraint.automaton.ByteSet;
import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import java.util.ArrayList;
import java.util.List;

/** The language of the UTF-8 encodings of characters. */
final class Utf8 {
  private static final int[] LAST_OF_LENGTH = {0x7f, 0x7ff, 0xffff, 0x10ffff};

  private Utf8() {}

  /** One character of a set. */
  static Language oneOf(CharacterSet characters, Languages languages) {
    List<Language> options = new ArrayList<>();
    for (CharacterSet.Range range : characters.ranges()) {
      int from = range.first();
      for (int length = 1; length <= LAST_OF_LENGTH.length; length++) {
        int to = Math.min(range.last(), LAST_OF_LENGTH[length - 1]);
        if (from <= to) {
          options.add(encodings(from, to, length, languages));
          from = to + 1;
        }
      }
    }
    return languages.either(options);
  }

  /** The encodings of the same length of a range. */
  private static Language encodings(int first, int last, int length, Languages languages) {
    if (length == 1) {
      return languages.oneByte(ByteSet.range(first, last));
    }
    return leading(first, last, length, 6 * (length - 1), languages);
  }

  /**
   * The bytes from a position on for all values of a range.
   *
   * @param shift the number of bits that the bytes after this one hold
   */
  private static Language leading(int first, int last, int length, int shift, Languages languages) {
    int mask = (1 << shift) - 1;
    int high = first >> shift;
    int highest = last >> shift;
    if (shift == 0) {
      return languages.oneByte(ByteSet.range(0x80 | high, 0x80 | highest));
    }
    List<Language> options = new ArrayList<>();
    if (high == highest) {
      return oneLead(high, first & mask, last & mask, length, shift, languages);
    }
    if ((first & mask) != 0) {
      options.add(oneLead(high, first & mask, mask, length, shift, languages));
      high++;
    }
    if ((last & mask) != mask) {
      options.add(oneLead(highest, 0, last & mask, length, shift, languages));
      highest--;
    }
    if (high <= highest) {
      Language rest = leading(0, mask, 0, shift - 6, languages);
      options.add(languages.sequence(lead(high, highest, length, languages), rest));
    }
    return languages.either(options);
  }

  private static Language oneLead(
      int high, int first, int last, int length, int shift, Languages languages) {
    return languages.sequence(
        lead(high, high, length, languages), leading(first, last, 0, shift - 6, languages));
  }

  /** A first byte of an encoding of {@code length} bytes, or with length 0 a later byte. */
  private static Language lead(int high, int highest, int length, Languages languages) {
    int prefix =
        switch (length) {
          case 0 -> 0x80;
          case 2 -> 0xc0;
          case 3 -> 0xe0;
          default -> 0xf0;
        };
    return languages.oneByte(ByteSet.range(prefix | high, prefix | highest));
  }
}
