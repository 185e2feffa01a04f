package io.troupe.tensor.cpu.threads;

/**
 * Splits work into parts by shape alone, so that results do not depend on the number of threads.
 */
public final class Partition {
  /** Elements of a part: some ten microseconds of work, and its operands fit the caches. */
  public static final int ELEMENTS = 32 * 1024;

  private Partition() {}

  /** Computes the items {@code [from, to)}. */
  @FunctionalInterface
  public interface Range {
    void run(long from, long to);
  }

  /** Runs {@code body} over {@code n} elements. */
  public static void elements(ComputePool pool, long n, Range body) {
    split(pool, n, ELEMENTS, body);
  }

  /** Runs {@code body} over rows of a given length. */
  public static void rows(ComputePool pool, long rows, long rowElements, Range body) {
    split(pool, rows, rowsPerPart(rowElements), body);
  }

  /** How many rows of a length make a part; at least 1. */
  public static long rowsPerPart(long rowElements) {
    return Math.max(1, ELEMENTS / Math.max(1, rowElements));
  }

  /** Runs {@code body} over {@code n} items, {@code perPart} at a time. */
  public static void split(ComputePool pool, long n, long perPart, Range body) {
    if (n <= perPart) {
      if (n > 0) {
        body.run(0, n);
      }
      return;
    }
    int parts = Math.toIntExact((n + perPart - 1) / perPart);
    pool.run(parts, part -> body.run(part * perPart, Math.min(n, (part + 1) * perPart)));
  }
}
