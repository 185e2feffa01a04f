package io.troupe.rollout.kvcache;

import io.troupe.nn.lm.AttentionCache;
import io.troupe.nn.lm.LMConfig;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;

/**
 * Keys and values of the sequences that are being decoded, in pages.
 *
 * <p>Before each forward pass, {@link #beginPass} says which rows belong to which sequences; the
 * model then attends through this cache. Whoever makes a cache closes it. Not thread-safe.
 */
public final class PagedKvCache implements AttentionCache, AutoCloseable {
  private final Scope scope;
  private final PagePool pool;
  private final KvPages pages;
  private KvRows rows;

  /**
   * A cache for a model.
   *
   * @param numTokens positions of all sequences together, rounded up to whole pages
   */
  public PagedKvCache(Engine engine, LMConfig config, int numTokens) {
    scope = engine.longLived("KV cache");
    pool = new PagePool(PageTable.pagesFor(numTokens));
    try {
      pages =
          KvPages.allocate(
              scope,
              config.numHiddenLayers(),
              pool.numPages(),
              config.numKeyValueHeads(),
              config.headDim());
    } catch (RuntimeException | OutOfMemoryError e) {
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
   * @param capacity positions that it may grow to
   */
  public PageTable open(int capacity) {
    int wanted = PageTable.pagesFor(capacity);
    return pool.reserve(wanted) ? new PageTable(this, wanted, wanted) : null;
  }

  /**
   * A sequence that will continue another, or null if too few pages are free. The pages that the
   * other one fills are shared; the last, partly filled one may have to be copied and is reserved.
   *
   * @param capacity positions that it may grow to, the shared ones included
   * @param prefixLength positions that are shared
   */
  public PageTable openFork(int capacity, int prefixLength) {
    int wanted = pagesToFork(capacity, prefixLength);
    return pool.reserve(wanted) ? new PageTable(this, pagesFor(capacity), wanted) : null;
  }

  /** The pages that {@link #openFork} reserves. */
  public static int pagesToFork(int capacity, int prefixLength) {
    return pagesFor(capacity) - prefixLength / KvPages.PAGE_SIZE;
  }

  /** Pages in all. */
  public int numPages() {
    return pool.numPages();
  }

  /** Pages that no sequence uses. */
  public int numFreePages() {
    return pool.numFree();
  }

  /** Pages that no sequence uses or has reserved. */
  public int numAvailablePages() {
    return pool.numAvailable();
  }

  /** The pages that {@code positions} positions take. */
  public static int pagesFor(int positions) {
    return PageTable.pagesFor(positions);
  }

  PagePool pool() {
    return pool;
  }

  void copyPage(int from, int to) {
    pages.copyPage(from, to);
  }

  /**
   * Says where the rows of the next pass stand; room has been made by {@link PageTable#extend}.
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
  }

  @Override
  public Tensor attend(int layer, Tensor q, Tensor k, Tensor v, double scale) {
    Tensor out = Tensor.empty(q.dtype(), q.shape());
    Backend.of(out).attention().storeKv(pages, layer, k, v, rows);
    Backend.of(out).attention().pagedAttention(out, q, pages, layer, rows, scale);
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

  /** Gives the memory back. */
  @Override
  public void close() {
    scope.close();
  }
}
