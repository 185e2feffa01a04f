package io.troupe.rollout.kvcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PrefixIndexTest {
  private final PrefixIndex index = new PrefixIndex(8);

  private static int[] tokens(int... pages) {
    int[] tokens = new int[16 * pages.length];
    for (int i = 0; i < pages.length; i++) {
      Arrays.fill(tokens, 16 * i, 16 * (i + 1), pages[i]);
    }
    return tokens;
  }

  @Test
  void aPageIsFoundBehindTheSamePagesOnly() {
    int[] tokens = tokens(3, 4);
    PrefixIndex.Entry first = index.add(index.root(), tokens, 0, 5);
    index.add(first, tokens, 1, 2);

    assertThat(index.find(index.root(), tokens(3), 0).page()).isEqualTo(5);
    assertThat(index.find(first, tokens(9, 4), 1).page()).as("its own tokens").isEqualTo(2);
    assertThat(index.find(index.root(), tokens(4), 0)).isNull();
    assertThat(index.find(first, tokens(3, 3), 1)).isNull();
  }

  @Test
  void tokensWithTheSameHashAreDifferentPages() {
    int[] tokens = tokens(7);
    int[] other = tokens.clone();
    other[14] += 1; // 31 a + b
    other[15] -= 31;
    assertThat(Arrays.hashCode(other)).isEqualTo(Arrays.hashCode(tokens));
    index.add(index.root(), tokens, 0, 1);

    assertThat(index.find(index.root(), other, 0)).isNull();
    index.add(index.root(), other, 0, 2);
    assertThat(index.find(index.root(), tokens, 0).page()).isEqualTo(1);
    assertThat(index.find(index.root(), other, 0).page()).isEqualTo(2);
  }

  @Test
  void pagesBehindARemovedPageAreNotFoundBehindItsSuccessor() {
    int[] tokens = tokens(3, 4);
    PrefixIndex.Entry first = index.add(index.root(), tokens, 0, 5);
    index.add(first, tokens, 1, 2);
    index.remove(5);
    PrefixIndex.Entry successor = index.add(index.root(), tokens, 0, 6);

    assertThat(index.find(successor, tokens, 1)).isNull();
    assertThat(index.add(successor, tokens, 1, 2).page()).as("moved").isEqualTo(2);
    assertThat(index.find(first, tokens, 1)).isNull();
  }

  @Test
  void nothingIsFoundAfterTheWeightsHaveChanged() {
    int[] tokens = tokens(3);
    PrefixIndex.Entry before = index.root();
    index.add(before, tokens, 0, 5);
    index.clear();

    assertThat(index.find(before, tokens, 0)).isNull();
    assertThat(index.find(index.root(), tokens, 0)).isNull();
    assertThat(index.contains(5)).isFalse();
    index.add(before, tokens, 0, 5);
    assertThat(index.find(index.root(), tokens, 0)).as("under older weights").isNull();
  }
}
