package io.troupe.nn.experts;

import java.util.Arrays;

/**
 * The experts that rows are sent to. An assignment is a row and one of its experts; assignments are
 * numbered row by row, each row's from its most to its least probable expert.
 *
 * @param numExperts experts in total
 * @param perRow experts of each row
 * @param experts the expert of each assignment
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one forward pass
record ExpertRouting(int numExperts, int perRow, int[] experts) {
  /**
   * Selects the most probable experts of each row; of equal ones, those with the lowest index.
   *
   * @param probabilities (rows, numExperts)
   */
  static ExpertRouting of(float[] probabilities, int numExperts, int perRow) {
    int rows = probabilities.length / numExperts;
    int[] experts = new int[rows * perRow];
    boolean[] isTaken = new boolean[numExperts];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(isTaken, false);
      for (int i = 0; i < perRow; i++) {
        int best = mostProbable(probabilities, row * numExperts, isTaken);
        isTaken[best] = true;
        experts[row * perRow + i] = best;
      }
    }
    return new ExpertRouting(numExperts, perRow, experts);
  }

  private static int mostProbable(float[] probabilities, int offset, boolean[] isTaken) {
    int best = -1;
    for (int expert = 0; expert < isTaken.length; expert++) {
      boolean isBetter = best < 0 || probabilities[offset + expert] > probabilities[offset + best];
      if (!isTaken[expert] && isBetter) {
        best = expert;
      }
    }
    return best;
  }

  /** The number of assignments of each expert. */
  int[] counts() {
    int[] counts = new int[numExperts];
    for (int expert : experts) {
      counts[expert]++;
    }
    return counts;
  }

  /** The assignments of an expert, in order. */
  int[] assignments(int expert) {
    int[] found = new int[experts.length];
    int count = 0;
    for (int i = 0; i < experts.length; i++) {
      if (experts[i] == expert) {
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** The rows of assignments. */
  int[] rows(int[] assignments) {
    return Arrays.stream(assignments).map(assignment -> assignment / perRow).toArray();
  }

  /**
   * For each assignment its place when the assignments are sorted by expert, then by their number.
   */
  int[] placesByExpert() {
    int[] next = new int[numExperts];
    int[] counts = counts();
    for (int expert = 1; expert < numExperts; expert++) {
      next[expert] = next[expert - 1] + counts[expert - 1];
    }
    return Arrays.stream(experts).map(expert -> next[expert]++).toArray();
  }
}
