package io.troupe.actors.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.faults.network.LinkFaults;
import io.troupe.actors.faults.plan.Fault;
import io.troupe.actors.faults.plan.FaultPlan;
import io.troupe.actors.faults.plan.Scenario;
import io.troupe.actors.faults.time.Dice;
import io.troupe.protocols.config.DeadlineConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * After one short fault a run goes on within seconds, with the deadlines of real runs: no recovery
 * waits for a deadline that is as long as the work that it bounds.
 */
final class PromptRecoveryTest {
  private static final int NUM_SEEDS = 400;
  private static final ClusterDeadlines DEADLINES =
      ClusterDeadlines.of(DeadlineConfig.from(ConfigFactory.empty()));
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONGER = Duration.ofSeconds(3);

  /** A lost coordinator among three is noticed within 5 s; all else is quicker. */
  private static final Duration LIMIT = Duration.ofSeconds(8);

  @Test
  void aRunGoesOnSoonAfterOneFault() {
    List<String> slow = new ArrayList<>();
    for (long seed = 1; seed <= NUM_SEEDS; seed++) {
      Dice dice = new Dice(seed, "one fault");
      Scenario scenario = scenario(seed, dice);
      Fault fault = fault(dice, scenario);
      Duration at = dice.between(Duration.ofSeconds(2), Duration.ofSeconds(9));
      FaultPlan plan =
          new FaultPlan(List.of(new FaultPlan.PlannedFault(at, fault)), at.plus(LONGER));

      SeedResult result = FaultSimulation.simulate(scenario, plan, DEADLINES);

      assertThat(result.violation()).as("seed %d, %s at %s", seed, fault, at).isEmpty();
      if (result.longestPause().compareTo(LIMIT) > 0) {
        slow.add("seed %d: %s after %s".formatted(seed, result.longestPause(), fault));
      }
    }
    assertThat(slow).as("pauses above %s", LIMIT).isEmpty();
  }

  private static Scenario scenario(long seed, Dice dice) {
    return new Scenario(
        seed,
        dice.chance(0.5) ? 3 : 1,
        dice.between(1, 2),
        2,
        2,
        4,
        dice.between(0, 2),
        1,
        12,
        4,
        2);
  }

  private static Fault fault(Dice dice, Scenario scenario) {
    String node = dice.pick(scenario.nodes());
    List<String> others = new ArrayList<>(scenario.nodes());
    others.remove(node);
    return switch (dice.between(0, 3)) {
      case 0 -> new Fault.Kill(node, false, SHORT);
      case 1 -> new Fault.BadLinks(node, new LinkFaults(0.1, 0, 0, 0, 0, 0), LONGER);
      case 2 -> new Fault.Partition(List.of(node), others, false, SHORT);
      default -> new Fault.Partition(List.of(node), List.of(dice.pick(others)), false, LONGER);
    };
  }
}
