package io.troupe.rollout.kvcache;

import io.troupe.tensor.backend.KvPages;

/**
 * The pages of one sequence, in order.
 *
 * <p>{@link #continueFrom} shares the pages of another sequence; a shared page is copied before one
 * of its users writes to it. Not thread-safe.
 */
public final class PageTable implements AutoCloseable {
  private final PagedKvCache cache;
  private final int[] pages;
  private int numPages;
  private int length;
  private int reserved;
  private boolean closed;

  PageTable(PagedKvCache cache, int capacityPages, int reserved) {
    this.cache = cache;
    this.pages = new int[capacityPages];
    this.reserved = reserved;
  }

  /** The number of pages for a number of positions. */
  static int pagesFor(int positions) {
    return (positions + KvPages.PAGE_SIZE - 1) / KvPages.PAGE_SIZE;
  }

  /** Number of cached positions. */
  public int length() {
    return length;
  }

  /** The page numbers, as kernels read them; only the first {@code numPages} are in use. */
  int[] pages() {
    return pages;
  }

  /** Adds pages for {@code count} more positions, which the next pass writes. */
  public void extend(int count) {
    PagePool pool = cache.pool();
    int last = length / KvPages.PAGE_SIZE;
    if (length % KvPages.PAGE_SIZE != 0 && pool.isShared(pages[last])) {
      int copy = take();
      cache.copyPage(pages[last], copy);
      pool.release(pages[last]);
      pages[last] = copy;
    }
    length += count;
    while (numPages < pagesFor(length)) {
      pages[numPages++] = take();
    }
  }

  private int take() {
    reserved--;
    return cache.pool().takeReserved();
  }

  /**
   * Continues another sequence and shares its pages. This sequence must be empty and opened by
   * {@link PagedKvCache#openFork}.
   */
  public void continueFrom(PageTable prefix) {
    if (length != 0 || closed) {
      throw new IllegalStateException("a sequence must be empty to continue another");
    }
    for (int i = 0; i < prefix.numPages; i++) {
      pages[i] = prefix.pages[i];
      cache.pool().retain(pages[i]);
    }
    numPages = prefix.numPages;
    length = prefix.length;
  }

  /** Releases the pages and the reservation; closing twice is harmless. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (int i = 0; i < numPages; i++) {
      cache.pool().release(pages[i]);
    }
    cache.pool().unreserve(reserved);
    numPages = 0;
    reserved = 0;
  }
}
