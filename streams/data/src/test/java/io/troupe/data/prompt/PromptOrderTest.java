package io.troupe.data.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptOrderTest {

  private static int[] rows(PromptOrder order, int from, int count) {
    return IntStream.range(from, from + count).map(order::row).toArray();
  }

  @Test
  void everyPassVisitsEveryRowOnceInItsOwnOrder() {
    PromptOrder order = new PromptOrder(7, 100, true);
    int[] first = rows(order, 0, 100);
    int[] second = rows(order, 100, 100);
    assertThat(first).containsExactlyInAnyOrder(IntStream.range(0, 100).toArray());
    assertThat(second).containsExactlyInAnyOrder(IntStream.range(0, 100).toArray());
    assertThat(first).isNotEqualTo(second);
    assertThat(first).isNotEqualTo(IntStream.range(0, 100).toArray());
  }

  @Test
  void rowDependsOnlyOnThePosition() {
    int[] whole = rows(new PromptOrder(7, 13, true), 0, 50);
    for (int from : new int[] {49, 20, 0, 12, 13}) {
      assertThat(new PromptOrder(7, 13, true).row(from)).isEqualTo(whole[from]);
    }
    assertThat(rows(new PromptOrder(8, 13, true), 0, 50)).isNotEqualTo(whole);
  }

  @Test
  void rowsAreInFileOrderWithoutShuffle() {
    assertThat(rows(new PromptOrder(7, 3, false), 0, 5)).containsExactly(0, 1, 2, 0, 1);
  }
}
