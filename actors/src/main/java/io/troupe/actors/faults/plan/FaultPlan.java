package io.troupe.actors.faults.plan;

import io.troupe.actors.faults.network.LinkFaults;
import io.troupe.actors.faults.time.Dice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The faults of a simulation, by time.
 *
 * @param faults in order of their times
 * @param end virtual time at which all faults end
 */
public record FaultPlan(List<PlannedFault> faults, Duration end) {
  private static final Duration MIN_END = Duration.ofSeconds(4);
  private static final Duration END_PER_STEP = Duration.ofMillis(1200);
  private static final int MAX_FAULTS = 16;
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(30);
  private static final Duration MAX_DOWN = Duration.ofSeconds(8);
  private static final Duration MAX_PARTITION = Duration.ofSeconds(12);
  private static final Duration MAX_DELAY = Duration.ofSeconds(2);
  private static final Duration MAX_JUMP = Duration.ofSeconds(40);
  private static final Duration MAX_OVERLAP = Duration.ofSeconds(4);
  private static final Duration MAX_SLOW_OPERATION = Duration.ofMillis(500);
  private static final int MAX_OPERATIONS = 20;
  private static final double MAX_LINK_PROBABILITY = 0.2;

  /**
   * A fault and its time.
   *
   * @param at virtual time
   */
  public record PlannedFault(Duration at, Fault fault) {}

  /** Copies the list. */
  public FaultPlan {
    faults = List.copyOf(faults);
  }

  /** No faults. */
  public static FaultPlan none() {
    return new FaultPlan(List.of(), Duration.ZERO);
  }

  /** The faults of a seed. */
  public static FaultPlan of(Scenario scenario) {
    Dice dice = new Dice(scenario.seed(), "faults");
    Duration end =
        MIN_END.plus(dice.between(Duration.ZERO, END_PER_STEP.multipliedBy(scenario.steps())));
    List<PlannedFault> faults = new ArrayList<>();
    int number = dice.between(1, MAX_FAULTS);
    for (int i = 0; i < number; i++) {
      faults.add(new PlannedFault(dice.between(SHORT, end), fault(scenario, dice)));
    }
    faults.sort(Comparator.comparing(PlannedFault::at));
    return new FaultPlan(faults, end);
  }

  private static Fault fault(Scenario scenario, Dice dice) {
    String node = dice.pick(scenario.nodes());
    String coordinator = dice.pick(scenario.coordinators());
    Duration down = duration(dice, MAX_DOWN);
    return switch (dice.between(0, 16)) {
      case 0, 1 -> new Fault.Kill(node, dice.chance(0.5), down);
      case 2 -> new Fault.Kill(coordinator, dice.chance(0.5), down);
      case 3, 4 -> new Fault.KillInWrite(coordinator, dice.between(0, MAX_OPERATIONS), down);
      case 5 -> new Fault.KillAll(dice.chance(0.5), down);
      case 6 -> new Fault.Pause(node, duration(dice, MAX_PAUSE));
      case 7 -> new Fault.Pause(coordinator, duration(dice, MAX_PAUSE));
      case 8, 16 -> partition(scenario, dice);
      case 9 -> new Fault.BadLinks(node, links(dice), duration(dice, MAX_PARTITION));
      case 10 ->
          new Fault.SlowDisk(
              coordinator, dice.between(SHORT, MAX_SLOW_OPERATION), duration(dice, MAX_PARTITION));
      case 11 -> new Fault.FullDisk(coordinator, duration(dice, MAX_DOWN));
      case 12 -> new Fault.ClockJump(node, duration(dice, MAX_JUMP));
      case 13 ->
          new Fault.BadRewards(
              dice.pick(scenario.rewards()),
              dice.uniform(),
              dice.uniform() / 2,
              duration(dice, MAX_PARTITION));
      case 14 ->
          new Fault.FailingDecoding(
              dice.pick(scenario.rollouts()), dice.uniform() / 2, duration(dice, MAX_DOWN));
      default -> new Fault.SecondCoordinator(duration(dice, MAX_OVERLAP));
    };
  }

  /** Short durations are as frequent as long ones. */
  private static Duration duration(Dice dice, Duration max) {
    return dice.chance(0.5)
        ? dice.between(SHORT, max.dividedBy(10))
        : dice.between(max.dividedBy(10), max);
  }

  private static Fault partition(Scenario scenario, Dice dice) {
    List<String> among = dice.chance(0.3) ? scenario.coordinators() : scenario.nodes();
    List<String> side = new ArrayList<>();
    double share = dice.uniform();
    for (String node : among) {
      if (dice.chance(share)) {
        side.add(node);
      }
    }
    if (side.isEmpty() || dice.chance(0.5)) {
      side = List.of(dice.pick(among));
    }
    List<String> others = new ArrayList<>(among);
    others.removeAll(side);
    if (dice.chance(0.2) && !others.isEmpty()) {
      others = List.of(dice.pick(others));
    }
    boolean oneWay = dice.chance(0.5);
    Duration duration = duration(dice, MAX_PARTITION);
    return dice.chance(0.5)
        ? new Fault.Partition(side, others, oneWay, duration)
        : new Fault.Partition(others, side, oneWay, duration);
  }

  private static LinkFaults links(Dice dice) {
    return new LinkFaults(
        probability(dice),
        probability(dice),
        probability(dice),
        probability(dice),
        dice.between(SHORT, MAX_DELAY).toNanos(),
        probability(dice));
  }

  private static double probability(Dice dice) {
    return dice.chance(0.5) ? 0 : dice.uniform() * MAX_LINK_PROBABILITY;
  }
}
