package io.troupe.rollout.kvcache;

import io.troupe.tensor.backend.KvPages;

/**
 * The pages of one sequence, in order.
 *
 * <p>{@link #continueFrom} shares the pages of another sequence; a shared page is copied before one
 * of its users writes to it. After a change of the weights the positions can be marked as stale and
 * are then computed again in place: all users of a page have the same tokens at its positions. Not
 * thread-safe.
 */
public final class PageTable implements AutoCloseable {
  private final PagedKvCache cache;
  private final int[] pages;
  private int numPages;
  private int length;
  private int numStale; // the last positions, which must be computed again
  private long weights; // that computed all positions
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

  /** The page numbers, as kernels read them; only the first {@link #numPages} are in use. */
  int[] pages() {
    return pages;
  }

  int numPages() {
    return numPages;
  }

  /** Number of pages that are reserved and not taken. */
  int numReserved() {
    return reserved;
  }

  /** Adds pages for {@code count} more positions, which the next pass writes. */
  public void extend(int count) {
    PagePool pool = cache.pool();
    if (length == 0) {
      weights = cache.weights();
    }
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
    requireEmpty();
    share(prefix.pages, prefix.numPages);
    length = prefix.length;
    weights = prefix.weights;
  }

  /**
   * Continues another sequence, or begins with cached pages if those go further.
   *
   * @param cached pages with the tokens of this sequence, at most its capacity
   * @see #continueFrom(PageTable)
   */
  public void continueFrom(PageTable prefix, PrefixMatch cached) {
    if (cached.length() <= prefix.length) {
      continueFrom(prefix);
      return;
    }
    beginWith(cached);
    int spare = numPages - prefix.length / KvPages.PAGE_SIZE; // reserved for what is cached
    cache.pool().unreserve(spare);
    reserved -= spare;
  }

  /** Begins with cached pages, which were computed with the current weights. */
  void beginWith(PrefixMatch prefix) {
    requireEmpty();
    share(prefix.pages(), prefix.pages().length);
    length = prefix.length();
    weights = cache.weights();
  }

  private void requireEmpty() {
    if (length != 0 || closed) {
      throw new IllegalStateException("a sequence must be empty to continue another");
    }
  }

  private void share(int[] shared, int count) {
    for (int i = 0; i < count; i++) {
      pages[i] = shared[i];
      cache.pool().retain(pages[i]);
    }
    numPages = count;
  }

  /**
   * Makes the full pages available to later sequences that begin with the same tokens. Nothing
   * happens if the weights changed after the first position was computed.
   *
   * @param tokens of the sequence, at least {@link #length}
   */
  public void cachePrefix(int[] tokens) {
    if (weights != cache.weights() || numStale > 0) {
      return;
    }
    PrefixIndex prefixes = cache.pool().prefixes();
    PrefixIndex.Entry entry = prefixes.root();
    for (int i = 0; i < length / KvPages.PAGE_SIZE; i++) {
      PrefixIndex.Entry next = prefixes.find(entry, tokens, i);
      entry = next == null ? prefixes.add(entry, tokens, i, pages[i]) : next;
    }
  }

  /** Marks all positions as computed with weights that have changed. */
  public void markStale() {
    numStale = length;
    weights = cache.weights();
  }

  /** Whether positions must be computed again before the sequence can go on. */
  public boolean isStale() {
    return numStale > 0;
  }

  /** Number of positions that must be computed again, the last ones. */
  public int numStale() {
    return numStale;
  }

  /**
   * Skips the stale positions that sequences with shared pages have computed again.
   *
   * @param end the position that must not be skipped; {@link #length} to skip all that is possible
   * @return the first position that is still stale, or {@link #length} if there is none, or -1 if
   *     another sequence computes it in this pass
   */
  public int skipRecomputed(int end) {
    RecomputedPages recomputed = cache.recomputed();
    while (numStale > 0) {
      int from = length - numStale;
      int within = from % KvPages.PAGE_SIZE;
      int current = recomputed.current(pages[from / KvPages.PAGE_SIZE]);
      if (current < 0) {
        return -1;
      }
      int skipped = Math.min(Math.min(current - within, numStale), end - from);
      if (skipped <= 0) {
        return from;
      }
      numStale -= skipped;
    }
    return length;
  }

  /** Notes that the next pass computes {@code count} stale positions again. */
  public void recompute(int count) {
    int from = length - numStale;
    cache.recomputed().claim(pages, from, from + count);
    numStale -= count;
  }

  /** Releases the pages and the reservation; closing twice is harmless. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    // The last page first: of cached pages without users, the end of a sequence is evicted first.
    for (int i = numPages - 1; i >= 0; i--) {
      cache.pool().release(pages[i]);
    }
    cache.pool().unreserve(reserved);
    numPages = 0;
    reserved = 0;
  }
}
