package io.troupe.rollout.engine;

import io.troupe.nn.lm.TokenBatch;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rows of a forward pass: tokens at positions of sequences. */
final class PassRows {
  private final List<PageTable> tables = new ArrayList<>();
  private int[] ids = new int[64];
  private int[] positions = new int[64];
  private int[] sequenceOfRow = new int[64];
  private int size;

  int size() {
    return size;
  }

  void clear() {
    tables.clear();
    size = 0;
  }

  /** Adds consecutive positions of a sequence, for which its pages have room. */
  void add(PageTable pages, int[] tokens, int from, int count) {
    grow(size + count);
    for (int i = from; i < from + count; i++) {
      ids[size] = tokens[i];
      positions[size] = i;
      sequenceOfRow[size++] = tables.size();
    }
    tables.add(pages);
  }

  private void grow(int needed) {
    if (needed > ids.length) {
      int length = Math.max(needed, 2 * ids.length);
      ids = Arrays.copyOf(ids, length);
      positions = Arrays.copyOf(positions, length);
      sequenceOfRow = Arrays.copyOf(sequenceOfRow, length);
    }
  }

  /** Begins the pass. */
  TokenBatch begin(PagedKvCache cache) {
    int[] passPositions = Arrays.copyOf(positions, size);
    cache.beginPass(
        tables.toArray(PageTable[]::new), Arrays.copyOf(sequenceOfRow, size), passPositions);
    return new TokenBatch(Arrays.copyOf(ids, size), passPositions, null);
  }
}
