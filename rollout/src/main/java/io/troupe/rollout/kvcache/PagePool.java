package io.troupe.rollout.kvcache;

import java.util.Arrays;

/**
 * Hands out the pages of a cache and counts who uses them.
 *
 * <p>A sequence reserves the pages of its whole length before it starts and takes them one by one
 * as it grows, so that a sequence that runs never waits for a page. Not thread-safe.
 */
final class PagePool {
  private final int[] references;
  private final int[] free;
  private int numFree;
  private int numReserved;

  PagePool(int numPages) {
    references = new int[numPages];
    free = new int[numPages];
    for (int i = 0; i < numPages; i++) {
      free[i] = numPages - 1 - i;
    }
    numFree = numPages;
  }

  int numPages() {
    return references.length;
  }

  /** Pages that nobody uses; some may be reserved. */
  int numFree() {
    return numFree;
  }

  /** Pages that may still be reserved. */
  int numAvailable() {
    return numFree - numReserved;
  }

  /** Sets pages aside, unless there are too few. */
  boolean reserve(int pages) {
    if (pages > numAvailable()) {
      return false;
    }
    numReserved += pages;
    return true;
  }

  /** Gives up a reservation, or the rest of one. */
  void unreserve(int pages) {
    numReserved -= pages;
  }

  /** Takes one of the pages that the caller has reserved; it then has one user. */
  int takeReserved() {
    if (numReserved == 0) {
      throw new IllegalStateException("a page is taken that has not been reserved");
    }
    numReserved--;
    int page = free[--numFree];
    references[page] = 1;
    return page;
  }

  /** One more user of a page. */
  void retain(int page) {
    references[page]++;
  }

  /** One user less; without any the page is free. */
  void release(int page) {
    if (--references[page] == 0) {
      free[numFree++] = page;
    }
  }

  boolean isShared(int page) {
    return references[page] > 1;
  }

  @Override
  public String toString() {
    return "PagePool "
        + numFree
        + " free, "
        + numReserved
        + " of them reserved, references "
        + Arrays.toString(references);
  }
}
