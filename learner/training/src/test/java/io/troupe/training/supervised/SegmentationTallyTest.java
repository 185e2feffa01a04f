package io.troupe.training.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SegmentationTallyTest {
  @Test
  void meanIouAveragesTheClassesThatOccur() {
    Tally tally = new Tally();
    int[] labels = {0, 0, 0, 0, 1, 1, 2, 2};
    int[] predicted = {0, 0, 0, 1, 1, 1, 2, 0};
    for (int i = 0; i < labels.length; i++) {
      tally.segmented(4, labels[i], predicted[i]);
    }
    assertThat(tally.means().get("eval_accuracy")).isEqualTo(6.0 / 8);
    assertThat(tally.means().get("eval_mean_iou"))
        .isCloseTo((3.0 / 5 + 2.0 / 3 + 1.0 / 2) / 3, within(1e-12));
  }

  @Test
  void classesOfWholeExamplesHaveNoMeanIou() {
    Tally tally = new Tally();
    tally.classified(2, 1, 1);
    assertThat(tally.means()).doesNotContainKey("eval_mean_iou");
  }
}
