package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.KvPages;

/** The addresses of the pages of one layer of a cache. */
final class PageAddresses {
  private final long keys;
  private final long values;
  private final int kvHeads;
  private final long bytesPerHead;

  PageAddresses(KvPages pages, int layer) {
    Tensor allKeys = pages.keys();
    kvHeads = allKeys.size(2);
    bytesPerHead = (long) allKeys.size(3) * KvPages.PAGE_SIZE * Float.BYTES;
    long skipped = (long) layer * pages.numPages() * kvHeads * bytesPerHead;
    keys = allKeys.address() + skipped;
    values = pages.values().address() + skipped;
  }

  /** Bytes from one head of a page to the next. */
  long bytesPerHead() {
    return bytesPerHead;
  }

  /** The keys of a page and head, (headDim, PAGE_SIZE). */
  long keys(int page, int kvHead) {
    return keys + ((long) page * kvHeads + kvHead) * bytesPerHead;
  }

  /** The values of a page and head, (PAGE_SIZE, headDim). */
  long values(int page, int kvHead) {
    return values + ((long) page * kvHeads + kvHead) * bytesPerHead;
  }
}
