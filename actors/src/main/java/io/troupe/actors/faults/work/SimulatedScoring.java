package io.troupe.actors.faults.work;

import io.troupe.actors.cluster.reward.ScoringWork;
import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.protocols.sample.SampledGroup;
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
  public Scoring score(SampledGroup group, int first, Consumer<Score> each) {
    Running running = new Running(group, each);
    running.start(first);
    return running;
  }

  private final class Running implements Scoring {
    private final SampledGroup group;
    private final Consumer<Score> each;
    private SimulatedProcess.ProcessTimer timer; // null if the current sample hangs
    private boolean isAbandoned;

    Running(SampledGroup group, Consumer<Score> each) {
      this.group = group;
      this.each = each;
    }

    private void start(int index) {
      boolean isSlow = dice.chance(slow);
      Duration duration = dice.between(Duration.ZERO, isSlow ? maxSlow : MAX_DURATION);
      timer = dice.chance(hanging) ? null : process.after(duration, () -> complete(index, isSlow));
    }

    private void complete(int index, boolean isSlow) {
      if (isSlow) {
        witnesses.saw(FaultKind.SLOW_REWARD);
      }
      each.accept(HashModel.score(group.spec().prompt(), group.completions().get(index)));
      if (index + 1 < group.completions().size() && !isAbandoned) {
        start(index + 1);
      }
    }

    @Override
    public String reward() {
      return "hash";
    }

    @Override
    public void abandon() {
      isAbandoned = true;
      if (timer == null) {
        witnesses.saw(FaultKind.HANGING_REWARD);
      } else {
        timer.cancel();
      }
    }
  }
}
