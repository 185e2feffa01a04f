package io.troupe.tensor.cpu.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharesTest {
  @Test
  void threadsTakeTheirOwnPartsInOrderAndThenTheLastOnesOfOthers() {
    Shares shares = new Shares(7, 2);
    assertThat(take(shares, 1, 3)).containsExactly(3, 4, 5);
    assertThat(take(shares, 0, 2)).containsExactly(0, 1);
    assertThat(take(shares, 1, 2)).containsExactly(6, 2);
    assertThat(shares.isEmpty()).isTrue();
    assertThat(take(shares, 0, 1)).containsExactly(-1);
    assertThat(take(shares, 1, 1)).containsExactly(-1);
  }

  @Test
  void aThreadHasTheSamePartsOfEveryRegionOfEqualSize() {
    List<Integer> first = take(new Shares(12, 3), 2, 4);
    assertThat(first).containsExactly(8, 9, 10, 11);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "1, 4", "3, 4", "1000, 1", "1000, 3", "999, 4"})
  void everyPartIsTakenOnce(int parts, int threads) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (int round = 0; round < 50; round++) {
        Shares shares = new Shares(parts, threads);
        List<Future<List<Integer>>> results = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          int thread = i;
          results.add(executor.submit(() -> takeAll(shares, thread)));
        }
        List<Integer> taken = new ArrayList<>();
        for (Future<List<Integer>> result : results) {
          taken.addAll(result.get());
        }
        assertThat(taken)
            .containsExactlyInAnyOrderElementsOf(IntStream.range(0, parts).boxed().toList());
        assertThat(shares.isEmpty()).isTrue();
      }
    }
  }

  private static List<Integer> take(Shares shares, int thread, int count) {
    return IntStream.range(0, count).mapToObj(i -> shares.take(thread)).toList();
  }

  private static List<Integer> takeAll(Shares shares, int thread) {
    List<Integer> taken = new ArrayList<>();
    for (int part = shares.take(thread); part >= 0; part = shares.take(thread)) {
      taken.add(part);
    }
    return taken;
  }
}
