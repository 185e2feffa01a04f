package io.troupe.rollout.beam;

import io.troupe.nn.lm.CausalLM;
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
