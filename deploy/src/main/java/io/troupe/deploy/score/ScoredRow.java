package io.troupe.deploy.score;

import io.troupe.reward.RewardSum.Outcome;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The rewards of one completion.
 *
 * @param row number of the row in its file, from 1
 * @param entries one for each reward, in the order of the command line
 */
public record ScoredRow(long row, List<Entry> entries) {

  /** Copies the entries. */
  public ScoredRow {
    entries = List.copyOf(entries);
  }

  /**
   * One reward.
   *
   * @param reward name of the reward
   * @param weight factor of the reward in the sum
   * @param outcome its value, or the reason for having none
   */
  public record Entry(String reward, double weight, Outcome outcome) {}

  /** The weighted sum; empty if a reward has no value, since a run leaves such a sample out. */
  public OptionalDouble sum() {
    double sum = 0;
    for (Entry entry : entries) {
      if (!(entry.outcome() instanceof Outcome.Computed(var result))) {
        return OptionalDouble.empty();
      }
      sum += entry.weight() * result.value();
    }
    return OptionalDouble.of(sum);
  }
}
