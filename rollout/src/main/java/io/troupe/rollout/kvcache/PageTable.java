package io.troupe.rollout.kvcache;

import io.troupe.tensor.backend.KvPages;

/**
 * The pages that hold the positions of one sequence, in order.
 *
 * <p>{@link #continueFrom} shares the pages of the sequence that this one continues; whoever then
 * writes into a shared page gets a copy of it first. Not thread-safe.
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

  /** The pages that hold so many positions. */
  static int pagesFor(int positions) {
    return (positions + KvPages.PAGE_SIZE - 1) / KvPages.PAGE_SIZE;
  }

  /** Positions that are cached. */
  public int length() {
    return length;
  }

  /** The pages themselves, as kernels read them; only the first ones are in use. */
  int[] pages() {
    return pages;
  }

  /** Makes room for {@code count} more positions, which the pass that follows writes. */
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
   * Becomes the continuation of another sequence and shares its pages; this one is empty still and
   * has reserved what {@link PagedKvCache#openFork} says.
   */
  public void continueFrom(PageTable prefix) {
    if (length != 0 || closed) {
      throw new IllegalStateException("only a new sequence can continue another");
    }
    for (int i = 0; i < prefix.numPages; i++) {
      pages[i] = prefix.pages[i];
      cache.pool().retain(pages[i]);
    }
    numPages = prefix.numPages;
    length = prefix.length;
  }

  /** Gives the pages and what is reserved back; closing twice is harmless. */
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
