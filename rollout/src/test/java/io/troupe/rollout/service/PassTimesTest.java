package io.troupe.rollout.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class PassTimesTest {
  private final PassTimes times = new PassTimes();
  private long nowNs = 5;

  private void pass(int rows, long ns) {
    times.begin(nowNs);
    assertThat(times.running()).hasValue(nowNs);
    nowNs += ns;
    times.end(rows, nowNs);
    assertThat(times.running()).isEmpty();
  }

  @Test
  void nothingIsExpectedBeforeAPass() {
    assertThat(times.expectedNs(10)).isZero();
    pass(0, 100);
    assertThat(times.expectedNs(10)).isZero();
  }

  @Test
  void passesOfOneSizeHaveTheirMeanTime() {
    for (int i = 0; i < 200; i++) {
      pass(4, 1000);
      pass(64, 5000 + 100 * (i % 2));
    }
    assertThat(times.expectedNs(4)).isEqualTo(1000);
    assertThat((double) times.expectedNs(64)).isCloseTo(5050, Percentage.withPercentage(1));
  }

  @Test
  void otherSizesAreBoundedByThoseThatAreMeasured() {
    pass(4, 1000);
    assertThat(times.expectedNs(16)).isEqualTo(4000);
    assertThat(times.expectedNs(1)).isEqualTo(1000);
    pass(16, 50_000); // such as the first pass of this size, which is compiled
    assertThat(times.expectedNs(16)).isEqualTo(4000);
  }

  @Test
  void recentPassesWeighMore() {
    pass(8, 1_000_000);
    for (int i = 0; i < 40; i++) {
      pass(8, 1000);
    }
    assertThat(times.expectedNs(8)).isCloseTo(1000, within(200L));
  }
}
