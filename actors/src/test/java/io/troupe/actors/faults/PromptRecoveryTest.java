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
  private static final int NUM_SEEDS = 600;
  private static final ClusterDeadlines DEADLINES =
      ClusterDeadlines.of(DeadlineConfig.from(ConfigFactory.empty()));
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONGER = Duration.ofSeconds(3);

  /** A lost coordinator among three is noticed within 5 s; all else is quicker. */
  private static final Duration LIMIT = Duration.ofSeconds(8);

  /** Kills in a row leave more to catch up with. */
  private static final Duration LIMIT_IN_A_ROW = Duration.ofSeconds(12);

  @Test
  void aRunGoesOnSoonAfterOneFault() {
    assertThat(slow("one fault", 1, LIMIT)).as("pauses above %s", LIMIT).isEmpty();
  }

  @Test
  void aRunGoesOnSoonAfterKillsInARow() {
    assertThat(slow("kills in a row", 3, LIMIT_IN_A_ROW))
        .as("pauses above %s", LIMIT_IN_A_ROW)
        .isEmpty();
  }

  /** Seeds whose longest pause is above a limit. */
  private static List<String> slow(String purpose, int numFaults, Duration limit) {
    List<String> slow = new ArrayList<>();
    for (long seed = 1; seed <= NUM_SEEDS; seed++) {
      Dice dice = new Dice(seed, purpose);
      Scenario scenario = scenario(seed, dice);
      Duration at = dice.between(Duration.ofSeconds(2), Duration.ofSeconds(9));
      List<FaultPlan.PlannedFault> faults = new ArrayList<>();
      for (int i = 0; i < numFaults; i++) {
        Fault fault =
            numFaults == 1
                ? fault(dice, scenario)
                : new Fault.Kill(dice.pick(scenario.nodes()), false, SHORT);
        faults.add(new FaultPlan.PlannedFault(at, fault));
        at = at.plus(dice.between(SHORT.dividedBy(2), LONGER));
      }

      SeedResult result =
          FaultSimulation.simulate(scenario, new FaultPlan(faults, at.plus(LONGER)), DEADLINES);

      assertThat(result.violation()).as("seed %d, %s", seed, faults).isEmpty();
      if (result.longestPause().compareTo(limit) > 0) {
        slow.add("seed %d: %s after %s".formatted(seed, result.longestPause(), faults));
      }
    }
    return slow;
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
