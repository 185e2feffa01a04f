package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.memory.Memory;

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

  /** The keys of a page and head, (headDim, PAGE_SIZE). */
  long keys(int page, int kvHead) {
    return keys + ((long) page * kvHeads + kvHead) * bytesPerHead;
  }

  /** The values of a page and head, (PAGE_SIZE, headDim). */
  long values(int page, int kvHead) {
    return values + ((long) page * kvHeads + kvHead) * bytesPerHead;
  }

  /**
   * Lists the addresses of {@code count} pages of a sequence, from page {@code first} on, with
   * {@link PageKernels#REPEATED} repetitions of the last one.
   *
   * @param to memory for the list of keys and, {@link PageKernels#LIST_BYTES} after it, of values
   * @param table the pages of the sequence
   */
  void list(long to, int[] table, int first, int count, int kvHead) {
    for (int i = 0; i < count + PageKernels.REPEATED; i++) {
      int page = table[first + Math.min(i, count - 1)];
      long at = to + (long) i * Long.BYTES;
      Memory.setLong(at, keys(page, kvHead));
      Memory.setLong(at + PageKernels.LIST_BYTES, values(page, kvHead));
    }
  }
}
