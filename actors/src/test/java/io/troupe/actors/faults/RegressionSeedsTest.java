package io.troupe.actors.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Seeds that once violated an invariant. They depend on the plan of faults of each seed. */
final class RegressionSeedsTest {
  @ParameterizedTest(name = "seed {0}: {1}")
  @CsvSource({
    "120, 'the samples of a group were not sent again to a reward node that had forgotten them'",
    "155, 'the samples of a group were not sent again to a reward node that had forgotten them'",
    "327, 'the disk was full when a coordinator confirmed its epoch after a pause'",
    "1166, 'a new leader did not adopt a log that differed before its committed end'",
  })
  void theSeedViolatesNothing(long seed, String formerBug) {
    assertThat(FaultSimulation.simulate(seed, 0).violation()).as(formerBug).isEmpty();
  }
}
