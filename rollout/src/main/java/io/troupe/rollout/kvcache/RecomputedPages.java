package io.troupe.rollout.kvcache;

import io.troupe.tensor.backend.KvPages;
import java.util.Arrays;

/**
 * The positions that have been computed again in place since the weights changed. Sequences share
 * pages only where their tokens are the same, so a page is computed once for all of them: a
 * sequence whose next page is computed by another one in this pass waits for the next pass.
 */
final class RecomputedPages {
  private final int[] numPositions; // leading positions of each page that are current
  private final long[] passOfPage; // the pass that computed the last of them
  private long pass = 1;

  RecomputedPages(int numPages) {
    numPositions = new int[numPages];
    passOfPage = new long[numPages];
  }

  /** Ends the planning of a pass: what has been claimed so far is current in the next one. */
  void beginPass() {
    pass++;
  }

  /** Number of leading positions of a page that are current, or -1 if this pass computes some. */
  int current(int page) {
    return passOfPage[page] == pass ? -1 : numPositions[page];
  }

  /** Notes that this pass computes positions of a sequence. */
  void claim(int[] pages, int from, int to) {
    for (int i = from / KvPages.PAGE_SIZE; i * KvPages.PAGE_SIZE < to; i++) {
      numPositions[pages[i]] = Math.min(KvPages.PAGE_SIZE, to - i * KvPages.PAGE_SIZE);
      passOfPage[pages[i]] = pass;
    }
  }

  /** Makes every page stale. */
  void clear() {
    Arrays.fill(numPositions, 0);
    Arrays.fill(passOfPage, 0);
  }
}
