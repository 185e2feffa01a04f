package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.Engine;
import io.troupe.tensor.MemoryPool;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Scope;
import io.troupe.tensor.backend.KvPages;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A row has the same bits however its keys are stored and whatever is computed beside it. */
class PagedAttentionTest {
  private static final PackedSequences SHARED =
      PackedSequences.of(
          new int[] {40, 2, 19, 230, 16, 33, 1, 500, 17, 5},
          new int[] {-1, 0, 0, 0, -1, 4, 4, -1, -1, 8});

  private final MemoryPool memory = new MemoryPool();
  private final ComputePool pool = new ComputePool(2);
  private final CpuAttention attention = new CpuAttention(pool);
  private Scope scope;

  @BeforeEach
  void open() {
    scope = new Engine(null, memory).open("test");
  }

  @AfterEach
  void close() {
    scope.close();
    pool.close();
    memory.close();
  }

  @ParameterizedTest
  @CsvSource({"1,1,8", "4,1,16", "6,2,48", "3,3,17", "5,1,3", "14,2,64"})
  void cachedAndPackedRowsAgreeToTheBit(int heads, int kvHeads, int headDim) {
    AttentionCase packed = AttentionCase.random(SHARED, heads, kvHeads, headDim, 3);
    int[] expected = AttentionCase.bits(packed.forward(attention).out);

    AttentionCase whole = packed.ofRows(SHARED, all(SHARED));
    prefill(whole, 1000);
    assertThat(AttentionCase.bits(whole.out)).isEqualTo(expected);

    AttentionCase chunked = packed.ofRows(SHARED, all(SHARED));
    prefill(chunked, 7);
    assertThat(AttentionCase.bits(chunked.out)).isEqualTo(expected);
  }

  /** Reads every sequence in steps of at most {@code step} rows, all sequences in each pass. */
  private void prefill(AttentionCase of, int step) {
    KvPages pages = of.pages(2);
    int[][] tables = of.pageTables(true);
    for (int s = 0; s < tables.length; s++) {
      copyPartlySharedPage(of, pages, tables, s);
    }
    int longest = 530;
    for (int first = 0; first < longest; first += step) {
      List<int[]> runs = new ArrayList<>();
      for (int s = 0; s < tables.length; s++) {
        int from = Math.max(first, of.layout.prefixLength(s));
        int to = Math.min(first + step, of.layout.prefixLength(s) + of.layout.length(s));
        if (from < to) {
          runs.add(new int[] {s, from, to});
        }
      }
      if (!runs.isEmpty()) {
        of.pass(attention, pages, 1, tables, runs.toArray(int[][]::new));
      }
    }
  }

  /** The positions of a prefix that fill no whole page are in a page of each sequence's own. */
  private void copyPartlySharedPage(AttentionCase of, KvPages pages, int[][] tables, int s) {
    int prefixLength = of.layout.prefixLength(s);
    int from = prefixLength / KvPages.PAGE_SIZE * KvPages.PAGE_SIZE;
    if (from < prefixLength) {
      of.pass(attention, pages, 1, tables, new int[] {s, from, prefixLength});
    }
  }

  private static int[] all(PackedSequences layout) {
    return java.util.stream.IntStream.range(0, layout.numRows()).toArray();
  }

  @Test
  void aRowDoesNotDependOnItsNeighbours() {
    int[] lengths = new int[64];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = 1 + i * 37 % 120;
    }
    PackedSequences layout = PackedSequences.of(lengths);
    AttentionCase batch = AttentionCase.random(layout, 4, 2, 48, 5).forward(attention);
    for (int s = 0; s < lengths.length; s += 9) {
      int[] rows = java.util.stream.IntStream.range(layout.start(s), layout.end(s)).toArray();
      AttentionCase alone = batch.ofRows(PackedSequences.of(rows.length), rows);
      assertThat(AttentionCase.bits(alone.forward(attention).out))
          .isEqualTo(AttentionCase.bits(batch.out, layout.start(s), layout.end(s)));
    }
  }
}
