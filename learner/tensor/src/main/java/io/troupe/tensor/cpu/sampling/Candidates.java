package io.troupe.tensor.cpu.sampling;

import java.util.Arrays;

/**
 * The remaining tokens of one row, in the order of their ids, with weights proportional to their
 * probabilities.
 */
final class Candidates {
  private static final int NUM_BUCKETS = 1 << 11;
  // 32 buckets for each power of two, the last for 1 and above: the first is for 2^-63 and below.
  private static final long LOWEST = (Double.doubleToRawLongBits(1) >>> 47) - NUM_BUCKETS + 1;

  private final int[] ids;
  private final double[] weights;
  private final double[] selection;
  private final double[] bucketSums = new double[NUM_BUCKETS]; // zeros between two uses
  private int size;

  Candidates(int vocab) {
    ids = new int[vocab];
    weights = new double[vocab];
    selection = new double[vocab];
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  int id(int i) {
    return ids[i];
  }

  double weight(int i) {
    return weights[i];
  }

  void weight(int i, double weight) {
    weights[i] = weight;
  }

  /** Adds a token; ids ascend. */
  void add(int id, double weight) {
    ids[size] = id;
    weights[size++] = weight;
  }

  /** Keeps the tokens whose weight is at least {@code least}. */
  void keepAtLeast(double least) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (weights[i] >= least) {
        ids[kept] = ids[i];
        weights[kept++] = weights[i];
      }
    }
    size = kept;
  }

  double largest() {
    double largest = 0;
    for (int i = 0; i < size; i++) {
      largest = Math.max(largest, weights[i]);
    }
    return largest;
  }

  double sum() {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += weights[i];
    }
    return sum;
  }

  /**
   * Removes the least likely tokens up to a total weight of {@code removable}. Of equal tokens
   * those with low ids are removed first, as in a stable sort. At least one token stays.
   */
  void removeLeast(double removable) {
    if (size <= 1 || removable <= 0) {
      return;
    }
    int first = NUM_BUCKETS - 1;
    int last = 0;
    for (int i = 0; i < size; i++) {
      int bucket = bucket(weights[i]);
      bucketSums[bucket] += weights[i];
      first = Math.min(first, bucket);
      last = Math.max(last, bucket);
    }
    double removed = 0;
    int boundary = first; // the bucket in which removing ends
    while (boundary < last && removed + bucketSums[boundary] <= removable) {
      removed += bucketSums[boundary++];
    }
    Arrays.fill(bucketSums, first, last + 1, 0);
    int selected = 0;
    for (int i = 0; i < size; i++) {
      if (bucket(weights[i]) == boundary) {
        selection[selected++] = weights[i];
      }
    }
    removeWithin(selected, removed, removable, boundary == last);
  }

  /** Weights that agree in their exponent and first bits share a bucket; buckets ascend. */
  private static int bucket(double weight) {
    return Math.clamp((Double.doubleToRawLongBits(weight) >>> 47) - LOWEST, 0, NUM_BUCKETS - 1);
  }

  /**
   * Completes {@link #removeLeast} within the selection, by partitioning it around pivots.
   *
   * @param end size of the selection
   * @param removedBelow total weight below the selection, which is removed
   * @param hasLargest whether the likeliest token is in the selection
   */
  private void removeWithin(int end, double removedBelow, double removable, boolean hasLargest) {
    int from = 0;
    int to = end;
    double removed = removedBelow; // the sum of all weights below those in [from, to)
    while (true) {
      double pivot = middle(selection[from], selection[(from + to) >>> 1], selection[to - 1]);
      int less = from;
      int at = from;
      int greater = to;
      double sumLess = 0;
      while (at < greater) { // [from, less) < pivot, [less, at) = pivot, [greater, to) > pivot
        double w = selection[at];
        if (w < pivot) {
          sumLess += w;
          selection[at++] = selection[less];
          selection[less++] = w;
        } else if (w > pivot) {
          selection[at] = selection[--greater];
          selection[greater] = w;
        } else {
          at++;
        }
      }
      double sumEqual = (greater - less) * pivot;
      if (removed + sumLess > removable) {
        to = less;
      } else if (removed + sumLess + sumEqual > removable || greater == to) {
        boolean areLargest = hasLargest && greater == to && to == end;
        int equal = areLargest ? greater - less - 1 : greater - less;
        removeUpTo(pivot, equal, removable - removed - sumLess);
        return;
      } else {
        removed += sumLess + sumEqual;
        from = greater;
      }
    }
  }

  private static double middle(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /**
   * Removes tokens with a weight below {@code boundary}, and at most {@code maxEqual} of those that
   * equal it.
   */
  private void removeUpTo(double boundary, int maxEqual, double removable) {
    int equal = maxEqual;
    double left = removable;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      double w = weights[i];
      boolean remove = w < boundary;
      if (w == boundary && w <= left && equal > 0) {
        left -= w;
        equal--;
        remove = true;
      }
      if (!remove) {
        ids[kept] = ids[i];
        weights[kept++] = w;
      }
    }
    size = kept;
  }

  /** Draws a token by the inverse of the cumulative distribution. */
  int draw(double uniform) {
    double target = uniform * sum();
    double below = 0;
    int last = -1;
    for (int i = 0; i < size; i++) {
      below += weights[i];
      if (weights[i] > 0) {
        last = ids[i];
        if (below > target) {
          return last;
        }
      }
    }
    if (last < 0) {
      throw new IllegalStateException(
          "logits must be finite, got a row in which no token has a probability above 0");
    }
    return last;
  }
}
