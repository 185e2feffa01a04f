package io.troupe.tensor.cpu.threads;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The parts of a region that no thread has taken yet.
 *
 * <p>Each thread has a range of neighboring parts, which it takes from the first on. Kernels that
 * work on the same rows or columns one after the other thus find them in the cache of their own
 * core: a line that another core has written costs as much as one from memory. A thread whose range
 * is empty takes the last part of another one.
 */
final class Shares {
  private static final int NONE = -1;

  /** Distance of two ranges, so that no cache line holds both: a pair of lines is fetched. */
  private static final int STRIDE = 16;

  private final int threads;

  /** The first part and the end of each range, in the upper and the lower half of a number. */
  private final AtomicLongArray ranges;

  /** All parts, divided among the threads. */
  Shares(int parts, int threads) {
    this.threads = threads;
    this.ranges = new AtomicLongArray((threads + 1) * STRIDE);
    for (int thread = 0; thread < threads; thread++) {
      int from = share(parts, thread);
      ranges.setPlain(index(thread), range(from, share(parts, thread + 1)));
    }
  }

  private int share(int parts, int thread) {
    return (int) ((long) parts * thread / threads);
  }

  private static int index(int thread) {
    return (thread + 1) * STRIDE;
  }

  private static long range(int from, int to) {
    return (long) from << 32 | to;
  }

  private static int from(long range) {
    return (int) (range >> 32);
  }

  private static int to(long range) {
    return (int) range;
  }

  boolean isEmpty() {
    for (int thread = 0; thread < threads; thread++) {
      long range = ranges.get(index(thread));
      if (from(range) < to(range)) {
        return false;
      }
    }
    return true;
  }

  /** The next part for a thread, or -1 if there is none. */
  int take(int thread) {
    int part = first(thread);
    for (int i = 1; part == NONE && i < threads; i++) {
      part = last((thread + i) % threads);
    }
    return part;
  }

  private int first(int thread) {
    while (true) {
      long range = ranges.get(index(thread));
      int part = from(range);
      if (part >= to(range)) {
        return NONE;
      }
      if (ranges.compareAndSet(index(thread), range, range(part + 1, to(range)))) {
        return part;
      }
    }
  }

  private int last(int thread) {
    while (true) {
      long range = ranges.get(index(thread));
      int part = to(range) - 1;
      if (part < from(range)) {
        return NONE;
      }
      if (ranges.compareAndSet(index(thread), range, range(from(range), part))) {
        return part;
      }
    }
  }
}
