package io.troupe.actors.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FoldsTest {
  private static final int[] LABELS =
      IntStream.range(0, 188).map(i -> i % 3 == 0 ? 0 : 1).toArray(); // 63 zeros and 125 ones

  @Test
  void everyExampleIsInOneFoldAndFoldsAreStratified() {
    List<int[]> folds = Folds.of(LABELS, 10, 1);

    assertThat(folds.stream().flatMapToInt(IntStream::of).sorted().toArray())
        .isEqualTo(IntStream.range(0, 188).toArray());
    for (int[] fold : folds) {
      assertThat(fold.length).isBetween(18, 19);
      assertThat(IntStream.of(fold).filter(i -> LABELS[i] == 0).count()).isBetween(6L, 7L);
      assertThat(fold).isSorted();
    }
  }

  @Test
  void foldsAreDeterminedByTheSeed() {
    assertThat(Folds.of(LABELS, 10, 1).getFirst())
        .isEqualTo(Folds.of(LABELS, 10, 1).getFirst())
        .isNotEqualTo(Folds.of(LABELS, 10, 2).getFirst());
  }

  @Test
  void rejectsMoreFoldsThanExamples() {
    assertThatThrownBy(() -> Folds.of(new int[] {0, 1}, 3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("folds must be between 2 and the number of examples 2, got 3");
  }
}
