package io.troupe.rollout.beam;

import io.troupe.nn.lm.TokenBatch;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import java.util.stream.IntStream;

/** The rows of a pass from which no token is selected. */
final class PrefillRows {
  private final IntStream.Builder sequences = IntStream.builder();
  private final IntStream.Builder ids = IntStream.builder();
  private final IntStream.Builder positions = IntStream.builder();
  private int size;

  int size() {
    return size;
  }

  /** Adds positions of a sequence. */
  void add(int sequence, int[] tokens, int from, int count) {
    for (int i = from; i < from + count; i++) {
      sequences.add(sequence);
      ids.add(tokens[i]);
      positions.add(i);
    }
    size += count;
  }

  /** Begins the pass; nothing can be added any more. */
  TokenBatch begin(PagedKvCache cache, PageTable[] tables) {
    int[] passPositions = positions.build().toArray();
    cache.beginPass(tables, sequences.build().toArray(), passPositions);
    return new TokenBatch(ids.build().toArray(), passPositions, null);
  }
}
