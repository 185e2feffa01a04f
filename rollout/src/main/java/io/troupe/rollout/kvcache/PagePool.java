package io.troupe.rollout.kvcache;

import java.util.Arrays;
import java.util.LinkedHashSet;

/**
 * Allocates the pages of a cache and counts their users.
 *
 * <p>A sequence reserves the pages of its maximum length before it starts and takes them one by one
 * as it grows, so a running sequence never waits for a page. A page without users that is in the
 * {@link PrefixIndex} keeps its content until it is taken; the page that has been without users for
 * the longest time is taken first. Not thread-safe.
 */
final class PagePool {
  private final int[] references;
  private final int[] empty;
  private int numEmpty;
  private final LinkedHashSet<Integer> cached =
      new LinkedHashSet<>(); // without users, oldest first
  private final PrefixIndex prefixes;
  private int numReserved;

  PagePool(int numPages) {
    references = new int[numPages];
    empty = new int[numPages];
    for (int i = 0; i < numPages; i++) {
      empty[i] = numPages - 1 - i;
    }
    numEmpty = numPages;
    prefixes = new PrefixIndex(numPages);
  }

  int numPages() {
    return references.length;
  }

  /** The pages that can be found by their tokens. */
  PrefixIndex prefixes() {
    return prefixes;
  }

  /** Number of pages without a user; some may be reserved, some may be cached. */
  int numFree() {
    return numEmpty + cached.size();
  }

  /** Number of pages that can be reserved. */
  int numAvailable() {
    return numFree() - numReserved;
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
    int page = numEmpty > 0 ? empty[--numEmpty] : evict();
    references[page] = 1;
    return page;
  }

  private int evict() {
    int page = cached.removeFirst();
    prefixes.remove(page);
    return page;
  }

  /** Adds a user to a page, which may be a cached page without users. */
  void retain(int page) {
    if (references[page]++ == 0) {
      cached.remove(page);
    }
  }

  /** Removes a user from a page; the page is free when it has none. */
  void release(int page) {
    if (--references[page] == 0) {
      if (prefixes.contains(page)) {
        cached.add(page);
      } else {
        empty[numEmpty++] = page;
      }
    }
  }

  boolean isShared(int page) {
    return references[page] > 1;
  }

  boolean isUsed(int page) {
    return references[page] > 0;
  }

  int numUsers(int page) {
    return references[page];
  }

  /** Removes every page from the index, such as after a change of the weights. */
  void forgetPrefixes() {
    prefixes.clear();
    for (int page : cached) {
      empty[numEmpty++] = page;
    }
    cached.clear();
  }

  @Override
  public String toString() {
    return "PagePool "
        + numFree()
        + " free, "
        + cached.size()
        + " of them cached, "
        + numReserved
        + " reserved, references "
        + Arrays.toString(references);
  }
}
