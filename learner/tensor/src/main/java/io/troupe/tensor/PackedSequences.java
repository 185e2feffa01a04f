package io.troupe.tensor;

import java.util.Arrays;

/**
 * The layout of sequences that are packed into the rows of a tensor, without padding.
 *
 * <p>Segment {@code s} takes the rows {@code [start(s), end(s))} and attends causally to itself.
 * When it continues another segment ({@code prefix(s) >= 0}) it also attends to all of that one, as
 * if the two were one sequence: the samples of a group share the rows of their prompt this way. A
 * prefix comes before the segments that continue it and has no prefix itself.
 */
public final class PackedSequences {
  private final int[] starts;
  private final int[] prefixes;

  private PackedSequences(int[] starts, int[] prefixes) {
    this.starts = starts;
    this.prefixes = prefixes;
  }

  /** Creates independent sequences of the given lengths. */
  public static PackedSequences of(int... lengths) {
    int[] none = new int[lengths.length];
    Arrays.fill(none, -1);
    return of(lengths, none);
  }

  /**
   * Creates sequences of the given lengths; a sequence may continue another one.
   *
   * @param lengths rows of each segment
   * @param prefixes for each segment the index of the one it continues, or -1
   * @throws IllegalArgumentException if a prefix does not come first or has a prefix itself
   */
  public static PackedSequences of(int[] lengths, int[] prefixes) {
    int[] starts = new int[lengths.length + 1];
    for (int s = 0; s < lengths.length; s++) {
      starts[s + 1] = Math.addExact(starts[s], lengths[s]);
      int prefix = prefixes[s];
      if (lengths[s] < 0 || prefix >= s || prefix < -1 || (prefix >= 0 && prefixes[prefix] >= 0)) {
        throw new IllegalArgumentException(
            "segment " + s + " of length " + lengths[s] + " cannot continue segment " + prefix);
      }
    }
    return new PackedSequences(starts, prefixes.clone());
  }

  /** The number of segments. */
  public int numSegments() {
    return prefixes.length;
  }

  /** The number of rows of all segments together. */
  public int numRows() {
    return starts[starts.length - 1];
  }

  /** The first row of segment {@code s}. */
  public int start(int s) {
    return starts[s];
  }

  /** The row after the last one of segment {@code s}. */
  public int end(int s) {
    return starts[s + 1];
  }

  /** The number of rows of segment {@code s} itself. */
  public int length(int s) {
    return starts[s + 1] - starts[s];
  }

  /** The segment that {@code s} continues, or -1. */
  public int prefix(int s) {
    return prefixes[s];
  }

  /** The number of rows of the segment that {@code s} continues, or 0. */
  public int prefixLength(int s) {
    return prefixes[s] < 0 ? 0 : length(prefixes[s]);
  }

  /** The position of each row in its sequence, counted from the start of its prefix. */
  public int[] positions() {
    int[] positions = new int[numRows()];
    for (int s = 0; s < numSegments(); s++) {
      int first = prefixLength(s);
      for (int i = 0; i < length(s); i++) {
        positions[starts[s] + i] = first + i;
      }
    }
    return positions;
  }
}
