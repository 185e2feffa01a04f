package io.troupe.actors.faults.work;

import io.troupe.actors.cluster.reward.ScoringWork;
import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.Score;
import java.time.Duration;
import java.util.function.Consumer;

/** Scores samples with the {@link HashModel}. Scores may come late, or never. */
public final class SimulatedScoring implements ScoringWork {
  private static final Duration MAX_DURATION = Duration.ofMillis(30);

  private final SimulatedProcess process;
  private final Dice dice;
  private final Witnesses witnesses;
  private final Duration maxSlow;
  private double slow;
  private double hanging;

  /**
   * Scoring of a node.
   *
   * @param maxSlow maximum duration of a slow score, below the deadline of rewards
   */
  public SimulatedScoring(
      SimulatedProcess process, Dice dice, Witnesses witnesses, Duration maxSlow) {
    this.process = process;
    this.dice = dice;
    this.witnesses = witnesses;
    this.maxSlow = maxSlow;
  }

  /**
   * Sets the faults of scores from now on.
   *
   * @param newSlow probability that a score is slow
   * @param newHanging probability that it never comes
   */
  public void degrade(double newSlow, double newHanging) {
    slow = newSlow;
    hanging = newHanging;
  }

  @Override
  public Scoring score(Prompt prompt, Completion completion, Consumer<Score> done) {
    boolean isSlow = dice.chance(slow);
    Duration duration = dice.between(Duration.ZERO, isSlow ? maxSlow : MAX_DURATION);
    if (dice.chance(hanging)) {
      return new Running(null);
    }
    return new Running(
        process.after(
            duration,
            () -> {
              if (isSlow) {
                witnesses.saw(FaultKind.SLOW_REWARD);
              }
              done.accept(HashModel.score(prompt, completion));
            }));
  }

  private final class Running implements Scoring {
    private final SimulatedProcess.ProcessTimer timer; // null if it hangs

    Running(SimulatedProcess.ProcessTimer timer) {
      this.timer = timer;
    }

    @Override
    public String reward() {
      return "hash";
    }

    @Override
    public void abandon() {
      if (timer == null) {
        witnesses.saw(FaultKind.HANGING_REWARD);
      } else {
        timer.cancel();
      }
    }
  }
}
