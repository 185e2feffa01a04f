package io.troupe.rollout.constraint.automaton;

import java.util.Arrays;

/**
 * Divides the byte values into classes that no set of a constraint separates. Transitions are
 * stored per class instead of per byte.
 */
final class ByteClasses {
  private final int[] classOf = new int[256];
  private int count = 1;
  private ByteSet[] members; // once they are known

  int of(int b) {
    return classOf[b];
  }

  int count() {
    return count;
  }

  /** Splits the classes that a set separates; returns whether there was one. */
  boolean refine(ByteSet set) {
    int[] splitOff = new int[count];
    int[] outside = new int[count];
    for (int b = 0; b < 256; b++) {
      (set.contains(b) ? splitOff : outside)[classOf[b]]++;
    }
    int before = count;
    int[] renamed = new int[before];
    for (int c = 0; c < before; c++) {
      renamed[c] = splitOff[c] > 0 && outside[c] > 0 ? count++ : c;
    }
    if (count == before) {
      return false;
    }
    members = null;
    for (int b = 0; b < 256; b++) {
      classOf[b] = set.contains(b) ? renamed[classOf[b]] : classOf[b];
    }
    return true;
  }

  /** The members of each class. */
  ByteSet[] members() {
    if (members == null) {
      ByteSet[] found = new ByteSet[count];
      Arrays.fill(found, ByteSet.NONE);
      for (int b = 0; b < 256; b++) {
        found[classOf[b]] = found[classOf[b]].union(ByteSet.range(b, b));
      }
      members = found;
    }
    return members;
  }

  /** A byte of each class. */
  int[] representatives() {
    int[] bytes = new int[count];
    for (int b = 255; b >= 0; b--) {
      bytes[classOf[b]] = b;
    }
    return bytes;
  }

  /** The class of each byte. */
  int[] toArray() {
    return classOf.clone();
  }
}
