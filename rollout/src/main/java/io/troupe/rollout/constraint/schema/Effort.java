package io.troupe.rollout.constraint.schema;

import java.util.function.Supplier;

/**
 * Limits the work of building the language of a schema: combined schemas with recursive references
 * may be expanded without end, or to exponential size.
 */
final class Effort {
  private static final int MAX_DEPTH = 300;
  private static final int MAX_PARTS = 20_000;
  private static final int MAX_TOTAL = 300_000;

  private int depth;
  private int numParts; // since the outermost part
  private int total;
  private boolean isResolved;

  /**
   * Builds a part, inside of those that are being built.
   *
   * @throws IllegalArgumentException if there are too many
   */
  <T> T build(String at, Supplier<T> part) {
    numParts = depth == 0 ? 0 : numParts + 1;
    total += isResolved ? 0 : 1;
    if (depth == MAX_DEPTH || numParts > MAX_PARTS || total > MAX_TOTAL) {
      throw Keywords.error(
          at, "simpler: combined schemas expand to too many parts", "more than are supported");
    }
    depth++;
    try {
      return part.get();
    } finally {
      depth--;
    }
  }

  /** Ends the total limit: later steps repeat what has been built before. */
  void resolved() {
    isResolved = true;
  }
}
