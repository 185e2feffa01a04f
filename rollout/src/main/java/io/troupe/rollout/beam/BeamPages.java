package io.troupe.rollout.beam;

import io.troupe.nn.lm.CausalLM;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.tensor.backend.KvPages;
import java.util.List;

/**
 * The cached keys and values of the beams. Beams that have tokens in common share their pages; a
 * beam that continues another alone takes its pages over.
 */
final class BeamPages implements AutoCloseable {
  private final PagedKvCache cache;
  private final int capacity;
  private PageTable[] tables;
  private boolean[] forked = new boolean[1];

  /**
   * Room for a prompt and its beams.
   *
   * @param capacity tokens of a sequence that are cached
   */
  BeamPages(CausalLM model, int promptLength, int capacity, int numBeams) {
    int shared = promptLength / KvPages.PAGE_SIZE; // pages that stay the prompt's for ever
    int own = PagedKvCache.pagesFor(capacity) - shared;
    int tokens = Math.multiplyExact(KvPages.PAGE_SIZE, shared + Math.multiplyExact(own, numBeams));
    this.capacity = capacity;
    this.cache = new PagedKvCache(model.scope().engine(), model.config(), tokens);
    this.tables = new PageTable[] {cache.open(capacity)};
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
    // Forks have reserved the copy of a page that is not full; who they were forked from has not,
    // and needs none when it comes last.
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
