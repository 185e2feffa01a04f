package io.troupe.rollout.constraint.automaton;

/** A set of byte values, 64 per word. */
public record ByteSet(long word0, long word1, long word2, long word3) {

  /** No byte. */
  public static final ByteSet NONE = new ByteSet(0, 0, 0, 0);

  /** The bytes from {@code first} to {@code last}, both included, in [0, 255]. */
  public static ByteSet range(int first, int last) {
    long[] words = new long[4];
    for (int b = first; b <= last; b++) {
      words[b >> 6] |= 1L << b;
    }
    return new ByteSet(words[0], words[1], words[2], words[3]);
  }

  /** Whether a byte value belongs to the set. */
  public boolean contains(int b) {
    long word =
        switch (b >> 6) {
          case 0 -> word0;
          case 1 -> word1;
          case 2 -> word2;
          default -> word3;
        };
    return (word >>> b & 1) != 0;
  }

  /** The bytes of either set. */
  public ByteSet union(ByteSet other) {
    return new ByteSet(
        word0 | other.word0, word1 | other.word1, word2 | other.word2, word3 | other.word3);
  }

  /** Whether every byte of this set belongs to the other. */
  public boolean isWithin(ByteSet other) {
    return ((word0 & ~other.word0)
            | (word1 & ~other.word1)
            | (word2 & ~other.word2)
            | (word3 & ~other.word3))
        == 0;
  }
}
