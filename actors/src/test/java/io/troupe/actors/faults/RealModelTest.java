package io.troupe.actors.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Simulated clusters train a real model with the real trainer. After any faults the weights of each
 * version equal those of one learner that trains the batches of the log, bit for bit, and with
 * max-staleness 0 those of an undisturbed run.
 */
final class RealModelTest {
  private static final int NUM_SEEDS = 20;

  @Test
  void weightsAreThoseOfOneLearnerBitForBit() {
    long numTrained = 0;
    for (long seed = 1; seed <= NUM_SEEDS; seed++) {
      List<RealLearner> learners = new ArrayList<>();
      try (Engine engine = Engine.of(CpuBackend.create(1))) {
        SeedResult result =
            FaultSimulation.simulate(
                seed,
                scenario -> {
                  RealLearner learner = new RealLearner(engine, scenario);
                  learners.add(learner);
                  return learner;
                });
        assertThat(result.violation()).as("seed " + seed).isEmpty();
        numTrained += result.groupsTrained();
        learners.forEach(RealLearner::close);
      }
    }
    assertThat(numTrained).isGreaterThan(NUM_SEEDS);
  }
}
