package io.troupe.rollout.kvcache;

import io.troupe.tensor.backend.KvPages;

/**
 * The cached pages with which a sequence can begin. Valid until pages are taken or released.
 *
 * @param pages in order
 * @param numUsed those that sequences use at present: they take no place that was available
 */
@SuppressWarnings("ArrayRecordComponent") // not changed
public record PrefixMatch(int[] pages, int numUsed) {
  /** No pages. */
  public static final PrefixMatch NONE = new PrefixMatch(new int[0], 0);

  /** Number of cached positions. */
  public int length() {
    return pages.length * KvPages.PAGE_SIZE;
  }
}
