package io.troupe.rollout.constraint.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PrimitiveIterator;

/**
 * A set of Unicode code points without surrogates.
 *
 * @param ranges sorted, disjoint and not adjacent
 */
public record CharacterSet(List<Range> ranges) {
  /** Every code point that UTF-8 can encode. */
  public static final CharacterSet ALL =
      new CharacterSet(List.of(new Range(0, 0xd7ff), new Range(0xe000, 0x10ffff)));

  /** No code point. */
  public static final CharacterSet NONE = new CharacterSet(List.of());

  /**
   * Code points in a row.
   *
   * @param first the first one
   * @param last the last one, included
   */
  public record Range(int first, int last) {}

  /** Copies the ranges. */
  public CharacterSet {
    ranges = List.copyOf(ranges);
  }

  /** The code points from {@code first} to {@code last}, both included, without surrogates. */
  public static CharacterSet range(int first, int last) {
    return new CharacterSet(List.of(new Range(first, last))).intersect(ALL);
  }

  /** One code point. */
  public static CharacterSet of(int codePoint) {
    return range(codePoint, codePoint);
  }

  /** The code points of a text. */
  public static CharacterSet of(String characters) {
    List<Range> ranges = new ArrayList<>();
    PrimitiveIterator.OfInt codePoints = characters.codePoints().iterator();
    while (codePoints.hasNext()) {
      int codePoint = codePoints.nextInt();
      ranges.add(new Range(codePoint, codePoint));
    }
    return ofAny(ranges);
  }

  /** The code points of ranges in any order. */
  public static CharacterSet ofAny(List<Range> ranges) {
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingInt(Range::first));
    List<Range> merged = new ArrayList<>();
    for (Range range : sorted) {
      if (!merged.isEmpty() && range.first() <= merged.getLast().last() + 1) {
        Range last = merged.removeLast();
        merged.add(new Range(last.first(), Math.max(last.last(), range.last())));
      } else {
        merged.add(range);
      }
    }
    return new CharacterSet(merged);
  }

  /** Whether the set has no code point. */
  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Whether a code point belongs to the set. */
  public boolean contains(int codePoint) {
    return ranges.stream().anyMatch(r -> r.first() <= codePoint && codePoint <= r.last());
  }

  /** The code points of either set. */
  public CharacterSet union(CharacterSet other) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return ofAny(all);
  }

  /** The code points of both sets. */
  public CharacterSet intersect(CharacterSet other) {
    List<Range> common = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < ranges.size() && j < other.ranges.size()) {
      Range mine = ranges.get(i);
      Range theirs = other.ranges.get(j);
      int first = Math.max(mine.first(), theirs.first());
      int last = Math.min(mine.last(), theirs.last());
      if (first <= last) {
        common.add(new Range(first, last));
      }
      if (mine.last() < theirs.last()) {
        i++;
      } else {
        j++;
      }
    }
    return new CharacterSet(common);
  }

  /** The code points of this set that are not in the other. */
  public CharacterSet without(CharacterSet other) {
    return intersect(other.complement());
  }

  /** All other code points. */
  public CharacterSet complement() {
    List<Range> gaps = new ArrayList<>();
    int from = 0;
    for (Range range : ranges) {
      if (range.first() > from) {
        gaps.add(new Range(from, range.first() - 1));
      }
      from = range.last() + 1;
    }
    if (from <= 0x10ffff) {
      gaps.add(new Range(from, 0x10ffff));
    }
    return new CharacterSet(gaps).intersect(ALL);
  }
}
