package io.troupe.rollout.kvcache;

import java.util.Arrays;

/**
 * Allocates the pages of a cache and counts their users.
 *
 * <p>A sequence reserves the pages of its maximum length before it starts and takes them one by one
 * as it grows, so a running sequence never waits for a page. Not thread-safe.
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

  /** Number of pages without a user; some may be reserved. */
  int numFree() {
    return numFree;
  }

  /** Number of pages that can be reserved. */
  int numAvailable() {
    return numFree - numReserved;
  }

  /** Reserves pages; returns false if there are too few. */
  boolean reserve(int pages) {
    if (pages > numAvailable()) {
      return false;
    }
    numReserved += pages;
    return true;
  }

  /** Returns reserved pages that have not been taken. */
  void unreserve(int pages) {
    numReserved -= pages;
  }

  /** Takes one of the caller's reserved pages, which then has one user. */
  int takeReserved() {
    if (numReserved == 0) {
      throw new IllegalStateException("a page must be reserved before it is taken");
    }
    numReserved--;
    int page = free[--numFree];
    references[page] = 1;
    return page;
  }

  /** Adds a user to a page. */
  void retain(int page) {
    references[page]++;
  }

  /** Removes a user from a page; the page is free when it has none. */
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
