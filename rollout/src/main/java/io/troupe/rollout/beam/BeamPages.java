package io.troupe.rollout.beam;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.tensor.backend.KvPages;
import java.util.List;

/**
 * The cached keys and values of the beams. Beams share the pages of their common tokens. The first
 * beam that continues a parent takes over the parent's pages.
 */
final class BeamPages implements AutoCloseable {
  private final PagedKvCache cache;
  private final int capacity;
  private PageTable[] tables;
  private boolean[] forked = new boolean[1];

  /**
   * Allocates the pages of a prompt and its beams.
   *
   * @param capacity maximum number of cached tokens per beam, prompt included
   */
  BeamPages(CausalLM model, int promptLength, int capacity, int numBeams) {
    this.capacity = capacity;
    this.cache =
        new PagedKvCache(
            model.scope().engine(),
            model.config(),
            Math.toIntExact(numTokens(promptLength, capacity, numBeams)));
    this.tables = new PageTable[] {cache.open(capacity)};
  }

  /** The number of tokens that the pages of a prompt and its beams hold. */
  static long numTokens(int promptLength, int capacity, int numBeams) {
    int shared = promptLength / KvPages.PAGE_SIZE; // full pages of the prompt are never copied
    int own = PagedKvCache.pagesFor(capacity) - shared;
    return KvPages.PAGE_SIZE * (shared + (long) own * numBeams);
  }

  PagedKvCache cache() {
    return cache;
  }

  /** Makes room for one more token of each beam, or for the prompt, and begins the pass. */
  void beginPass(int[] sequenceOfRow, int[] positions) {
    int[] rows = new int[tables.length];
    for (int sequence : sequenceOfRow) {
      rows[sequence]++;
    }
    // A fork has reserved the page for its copy of a partly filled page. The parent has not, and
    // needs no copy when it is extended last.
    for (boolean forks : new boolean[] {true, false}) {
      for (int i = 0; i < tables.length; i++) {
        if (forked[i] == forks) {
          tables[i].extend(rows[i]);
        }
      }
    }
    cache.beginPass(tables, sequenceOfRow, positions);
  }

  /** Number of positions of the prompt that have been computed, before the beams part. */
  int promptLength() {
    return tables[0].length();
  }

  /** Marks all positions as computed with other weights. */
  void markStale() {
    cache.weightsChanged();
    cache.beginRecomputation();
    for (PageTable table : tables) {
      table.markStale();
    }
  }

  /**
   * Begins a pass that computes stale positions again, or the next part of a prompt that is longer
   * than a pass.
   *
   * @param beams the running beams
   * @return null if there is nothing to compute before the last tokens of the beams
   */
  TokenBatch beginPrefill(List<Hypothesis> beams, int maxTokens) {
    PrefillRows rows = new PrefillRows();
    for (int i = 0; i < tables.length; i++) {
      PageTable table = tables[i];
      int from = table.skipRecomputed(table.length());
      int count = from < 0 ? 0 : Math.min(maxTokens - rows.size(), table.length() - from);
      if (count > 0) {
        table.recompute(count);
        rows.add(i, beams.get(i).tokenIds(), from, count);
      }
    }
    int[] first = beams.getFirst().tokenIds();
    if (rows.size() == 0 && first.length - tables[0].length() > maxTokens) { // only a new prompt
      rows.add(0, first, tables[0].length(), maxTokens);
      tables[0].extend(maxTokens);
    }
    return rows.size() == 0 ? null : rows.begin(cache, tables);
  }

  /**
   * Puts the beams of the next step in place of those of the last.
   *
   * @param parents for each new beam the index of the one that it continues
   */
  void reorder(List<Integer> parents) {
    PageTable[] before = tables;
    boolean[] continued = new boolean[before.length];
    parents.forEach(parent -> continued[parent] = true);
    for (int i = 0; i < before.length; i++) {
      if (!continued[i]) {
        before[i].close();
      }
    }
    boolean[] taken = new boolean[before.length];
    tables = new PageTable[parents.size()];
    forked = new boolean[tables.length];
    for (int i = 0; i < tables.length; i++) {
      int parent = parents.get(i);
      forked[i] = taken[parent];
      tables[i] = forked[i] ? fork(before[parent]) : before[parent];
      taken[parent] = true;
    }
  }

  private PageTable fork(PageTable parent) {
    PageTable fork = cache.openFork(capacity, parent.length());
    if (fork == null) {
      throw new IllegalStateException(
          "beam search has run out of pages for " + tables.length + " beams");
    }
    fork.continueFrom(parent);
    return fork;
  }

  @Override
  public void close() {
    cache.close();
  }
}
