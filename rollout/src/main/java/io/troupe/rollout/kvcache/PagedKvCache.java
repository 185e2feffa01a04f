package io.troupe.rollout.kvcache;

import io.troupe.nn.lm.AttentionCache;
import io.troupe.nn.lm.LMConfig;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.backend.RotaryAngles;
import io.troupe.tensor.memory.MemoryUse;
import java.util.Arrays;
import java.util.List;

/**
 * The keys and values of the sequences in a batch, in pages.
 *
 * <p>Before each forward pass, {@link #beginPass} assigns the rows of the pass to sequences; the
 * model then attends through this cache. The caller closes it. Not thread-safe.
 */
public final class PagedKvCache implements AttentionCache, AutoCloseable {
  private final Scope scope;
  private final PagePool pool;
  private final KvPages pages;
  private KvRows rows;
  private long weights; // counts changes of the weights
  private RecomputedPages recomputed; // since the last change, once positions are stale

  /**
   * A cache for a model.
   *
   * @param numTokens capacity for all sequences together, rounded up to whole pages
   */
  public PagedKvCache(Engine engine, LMConfig config, int numTokens) {
    scope = engine.longLived("KV cache", MemoryUse.KV_CACHE);
    pool = new PagePool(PageTable.pagesFor(numTokens));
    try {
      pages =
          KvPages.allocate(
              scope,
              config.numHiddenLayers(),
              pool.numPages(),
              config.numKeyValueHeads(),
              config.headDim());
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  /** The bytes that {@code numTokens} positions take in a cache of this model. */
  public static long sizeBytes(LMConfig config, int numTokens) {
    return 2L
        * Float.BYTES
        * config.numHiddenLayers()
        * config.numKeyValueHeads()
        * config.headDim()
        * PageTable.pagesFor(numTokens)
        * KvPages.PAGE_SIZE;
  }

  /**
   * An empty sequence, or null if too few pages are free.
   *
   * @param capacity maximum length of the sequence
   */
  public PageTable open(int capacity) {
    int numPages = PageTable.pagesFor(capacity);
    return pool.reserve(numPages) ? new PageTable(this, numPages, numPages) : null;
  }

  /**
   * The cached pages with which a sequence can begin.
   *
   * @param tokens of the sequence
   * @param maxLength maximum number of positions
   */
  public PrefixMatch match(int[] tokens, int maxLength) {
    int[] found = new int[maxLength / KvPages.PAGE_SIZE];
    int numUsed = 0;
    PrefixIndex.Entry entry = pool.prefixes().root();
    for (int i = 0; i < found.length; i++) {
      entry = pool.prefixes().find(entry, tokens, i);
      if (entry == null) {
        return new PrefixMatch(Arrays.copyOf(found, i), numUsed);
      }
      found[i] = entry.page();
      numUsed += pool.isUsed(entry.page()) ? 1 : 0;
    }
    return new PrefixMatch(found, numUsed);
  }

  /**
   * A sequence that begins with cached pages, or null if too few pages are free.
   *
   * @param capacity maximum length of the sequence, the cached positions included
   */
  public PageTable open(int capacity, PrefixMatch prefix) {
    int numPages = pagesFor(capacity);
    int taken = numPages - prefix.numUsed(); // cached pages without users are no longer available
    if (taken > pool.numAvailable()) {
      return null;
    }
    PageTable table = new PageTable(this, numPages, numPages - prefix.pages().length);
    table.beginWith(prefix);
    pool.reserve(numPages - prefix.pages().length);
    return table;
  }

  /**
   * A sequence that will continue another, or null if too few pages are free. The full pages of the
   * other sequence are shared; its last, partly filled page may be copied and is reserved.
   *
   * @param capacity maximum length of the sequence, the shared positions included
   * @param prefixLength number of shared positions
   */
  public PageTable openFork(int capacity, int prefixLength) {
    int numPages = pagesToFork(capacity, prefixLength);
    return pool.reserve(numPages) ? new PageTable(this, pagesFor(capacity), numPages) : null;
  }

  /** The pages that {@link #openFork} reserves. */
  public static int pagesToFork(int capacity, int prefixLength) {
    return pagesFor(capacity) - prefixLength / KvPages.PAGE_SIZE;
  }

  /** Number of pages. */
  public int numPages() {
    return pool.numPages();
  }

  /** Number of pages that no sequence uses. */
  public int numFreePages() {
    return pool.numFree();
  }

  /** Number of pages that no sequence uses or has reserved. */
  public int numAvailablePages() {
    return pool.numAvailable();
  }

  /**
   * Number of pages that a new sequence would find if others were closed: those that are available
   * then, and the pages of its prefix that remaining sequences use.
   */
  public int numPagesWithout(List<PageTable> closed, PrefixMatch prefix) {
    int[] users = new int[pool.numPages()]; // that leave, for each page
    int found = pool.numAvailable();
    for (PageTable table : closed) {
      found += table.numReserved();
      for (int i = 0; i < table.numPages(); i++) {
        int page = table.pages()[i];
        found += ++users[page] == pool.numUsers(page) ? 1 : 0;
      }
    }
    for (int page : prefix.pages()) {
      found += pool.numUsers(page) > users[page] ? 1 : 0;
    }
    return found;
  }

  /** The pages that {@code positions} positions take. */
  public static int pagesFor(int positions) {
    return PageTable.pagesFor(positions);
  }

  PagePool pool() {
    return pool;
  }

  /**
   * Notes that the weights have changed: no cached page is found any more. Pages of open sequences
   * keep their content, which the caller may have computed again ({@link PageTable#markStale}).
   */
  public void weightsChanged() {
    weights++;
    pool.forgetPrefixes();
  }

  /** Makes the positions stale that are marked after this call. */
  public void beginRecomputation() {
    if (recomputed == null) {
      recomputed = new RecomputedPages(pool.numPages());
    }
    recomputed.clear();
  }

  RecomputedPages recomputed() {
    return recomputed;
  }

  /** Identifies the current weights. */
  long weights() {
    return weights;
  }

  void copyPage(int from, int to) {
    pages.copyPage(from, to);
  }

  /**
   * Assigns the rows of the next pass; {@link PageTable#extend} has added the pages.
   *
   * @param sequences the sequences of the pass
   * @param sequence for each row the index of its sequence
   * @param position for each row its position; rows of one sequence ascend
   */
  public void beginPass(PageTable[] sequences, int[] sequence, int[] position) {
    int[][] tables = new int[sequences.length][];
    for (int i = 0; i < tables.length; i++) {
      tables[i] = sequences[i].pages();
    }
    rows = new KvRows(tables, sequence, position);
    if (recomputed != null) {
      recomputed.beginPass();
    }
  }

  @Override
  public Tensor attend(
      int layer, Tensor q, Tensor k, Tensor v, RotaryAngles angles, AttentionScores scores) {
    Tensor out = Tensor.empty(q.dtype(), q.shape());
    Backend.of(out).attention().pagedAttention(out, q, k, v, angles, pages, layer, rows, scores);
    return out;
  }

  @Override
  public int[] sequenceLengths(int[] positions) {
    int[] sequence = rows.sequence();
    int[] lengths = new int[positions.length];
    int length = 0; // rows of one sequence follow each other and ascend
    for (int row = positions.length - 1; row >= 0; row--) {
      boolean isLast = row == positions.length - 1 || sequence[row] != sequence[row + 1];
      length = isLast ? positions[row] + 1 : length;
      lengths[row] = length;
    }
    return lengths;
  }

  /** Releases the memory. */
  @Override
  public void close() {
    scope.close();
  }
}
