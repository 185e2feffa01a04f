package io.troupe.actors.supervised;

import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Splits examples into folds with about the same share of each class, as scikit-learn's {@code
 * StratifiedKFold} does. The assignment is drawn from a seed.
 */
final class Folds {
  private Folds() {}

  /**
   * Splits examples.
   *
   * @param labels of all examples
   * @param count number of folds, at least 2
   * @return the indices of the examples of each fold, ascending
   */
  static List<int[]> of(int[] labels, int count, long seed) {
    if (count < 2 || count > labels.length) {
      throw new IllegalArgumentException(
          "folds must be between 2 and the number of examples %d, got %d"
              .formatted(labels.length, count));
    }
    Philox draws = Philox.of(seed);
    List<Integer> order =
        IntStream.range(0, labels.length)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(i -> labels[i])
                    .thenComparingDouble(i -> draws.uniform(i)))
            .toList();
    List<List<Integer>> parts = new ArrayList<>();
    for (int part = 0; part < count; part++) {
      parts.add(new ArrayList<>());
    }
    for (int place = 0; place < order.size(); place++) {
      parts.get(place % count).add(order.get(place));
    }
    return parts.stream()
        .map(part -> part.stream().mapToInt(Integer::intValue).sorted().toArray())
        .toList();
  }
}
