package io.troupe.deploy.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimingsTest {
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void bothMeasurementsCountForTheMedian() {
    Timings both = new Timings(new double[] {5, 1}).and(new Timings(new double[] {3}));
    assertThat(both.count()).isEqualTo(3);
    assertThat(both.median()).isEqualTo(3);
    assertThat(both.best()).isEqualTo(1);
  }

  @Test
  void roundsHaveAtLeastOneRepetition() throws Exception {
    Timings rounds = Timings.ofRounds(4, 0, runs::incrementAndGet);
    assertThat(rounds.count()).isEqualTo(4);
    assertThat(runs).hasValue(5 + 4); // five estimate the time of one
  }

  @Test
  void warmingUpRunsAtLeastOneRoundAndEnds() throws Exception {
    assertThat(Timings.untilSteady(0, 10, runs::incrementAndGet).count()).isEqualTo(1);
    assertThat(Timings.untilSteady(10, 0, runs::incrementAndGet).count()).isEqualTo(1);
    assertThat(runs.get()).isPositive();
  }
}
