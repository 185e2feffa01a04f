package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.Engine;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Scope;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.cpu.attention.CpuAttention;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.MemoryPool;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The result of a row does not depend on the storage of its keys or on other rows, bit for bit. */
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
    scope = new Engine(CpuBackend.create(1), memory).open("test");
  }

  @AfterEach
  void close() {
    scope.close();
    pool.close();
    memory.close();
  }

  @ParameterizedTest
  @CsvSource({"1,1,8", "4,1,16", "6,2,48", "3,3,17", "5,1,3", "14,2,64"})
  void cachedAndPackedRowsAreEqualBitForBit(int heads, int kvHeads, int headDim) {
    AttentionCase packed = AttentionCase.random(SHARED, heads, kvHeads, headDim, 3);
    packed.forward(attention);

    AttentionCase whole = packed.ofRows(SHARED, all(SHARED));
    prefill(whole, 1000);
    assertThat(AttentionCase.firstDifference(whole.out, packed.out)).isEqualTo(-1);

    AttentionCase chunked = packed.ofRows(SHARED, all(SHARED));
    prefill(chunked, 7);
    assertThat(AttentionCase.firstDifference(chunked.out, packed.out)).isEqualTo(-1);
  }

  /** Prefills all sequences together, in passes of at most {@code step} rows per sequence. */
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

  /**
   * Recomputes the last positions of a prefix that do not fill a page. Each sequence stores them in
   * a separate page.
   */
  private void copyPartlySharedPage(AttentionCase of, KvPages pages, int[][] tables, int s) {
    int prefixLength = of.layout.prefixLength(s);
    int from = prefixLength / KvPages.PAGE_SIZE * KvPages.PAGE_SIZE;
    if (from < prefixLength) {
      of.pass(attention, pages, 1, tables, new int[] {s, from, prefixLength});
    }
  }

  private static int[] all(PackedSequences layout) {
    return IntStream.range(0, layout.numRows()).toArray();
  }

  @Test
  void aRowDoesNotDependOnOtherRows() {
    int[] lengths = new int[64];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = 1 + i * 37 % 120;
    }
    PackedSequences layout = PackedSequences.of(lengths);
    AttentionCase batch = AttentionCase.random(layout, 4, 2, 48, 5).forward(attention);
    for (int s = 0; s < lengths.length; s += 9) {
      int[] rows = IntStream.range(layout.start(s), layout.end(s)).toArray();
      AttentionCase alone = batch.ofRows(PackedSequences.of(rows.length), rows);
      alone.forward(attention);
      assertThat(AttentionCase.firstDifference(alone.out, batch.out, layout.start(s)))
          .isEqualTo(-1);
    }
  }

  @Test
  void gradientsDoNotDependOnOtherRowsOrThreads() {
    PackedSequences layout =
        PackedSequences.of(new int[] {33, 20, 17, 70, 5}, new int[] {-1, -1, 1, 1, -1});
    AttentionCase two = AttentionCase.random(layout, 4, 2, 48, 5).forward(attention);
    two.backward(attention);
    PackedSequences family = PackedSequences.of(new int[] {20, 17, 70}, new int[] {-1, 0, 0});
    int[] rows = IntStream.range(33, 140).toArray();
    for (int threads : new int[] {1, 3}) {
      try (ComputePool other = new ComputePool(threads)) {
        CpuAttention same = new CpuAttention(other);
        AttentionCase alone = two.ofRows(family, rows).forward(same).backward(same);
        assertThat(AttentionCase.firstDifference(alone.out, two.out, 33)).isEqualTo(-1);
        assertThat(AttentionCase.firstDifference(alone.dq, two.dq, 33)).isEqualTo(-1);
        assertThat(AttentionCase.firstDifference(alone.dk, two.dk, 33)).isEqualTo(-1);
        assertThat(AttentionCase.firstDifference(alone.dv, two.dv, 33)).isEqualTo(-1);
      }
    }
  }

  /**
   * The kernel computes the chunks of a single row separately, but not those of a row among others.
   */
  @ParameterizedTest
  @CsvSource({"1,1,1", "2,6,2", "3,14,2"})
  void decodingOneByOneIsEqualBitForBit(int threads, int heads, int kvHeads) {
    PackedSequences layout = PackedSequences.of(530, 20);
    AttentionCase packed = AttentionCase.random(layout, heads, kvHeads, 24, 3);
    packed.forward(attention);
    AttentionCase of = packed.ofRows(layout, all(layout));
    KvPages pages = of.pages(1);
    int[][] tables = of.pageTables(false);
    try (ComputePool other = new ComputePool(threads)) {
      CpuAttention same = new CpuAttention(other);
      of.pass(same, pages, 0, tables, new int[] {0, 0, 490});
      for (int i = 0; i < 20; i++) {
        of.pass(same, pages, 0, tables, new int[] {0, 490 + i, 491 + i});
      }
      for (int i = 0; i < 20; i++) {
        of.pass(same, pages, 0, tables, new int[] {1, i, i + 1}, new int[] {0, 510 + i, 511 + i});
      }
    }
    assertThat(AttentionCase.firstDifference(of.out, packed.out)).isEqualTo(-1);
  }
}
