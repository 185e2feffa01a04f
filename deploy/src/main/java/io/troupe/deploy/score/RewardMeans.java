package io.troupe.deploy.score;

import io.troupe.reward.RewardSum.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The mean of each reward and of their weighted sum over the completions that have a score. */
public final class RewardMeans {
  private final Map<String, List<Double>> values = new LinkedHashMap<>();
  private final List<Double> sums = new ArrayList<>();
  private int numRows;

  /** Adds a completion. */
  public void add(ScoredRow row) {
    numRows++;
    for (ScoredRow.Entry entry : row.entries()) {
      List<Double> known = values.computeIfAbsent(entry.reward(), _ -> new ArrayList<>());
      if (entry.outcome() instanceof Outcome.Computed(var result)) {
        known.add(result.value());
      }
    }
    row.sum().ifPresent(sums::add);
  }

  /** The number of completions. */
  int numRows() {
    return numRows;
  }

  /** The number of completions that have no score. */
  int numUnscorable() {
    return numRows - sums.size();
  }

  /** The mean of each reward by name; NaN for a reward without a value. */
  Map<String, Double> byReward() {
    Map<String, Double> means = new LinkedHashMap<>();
    values.forEach((reward, known) -> means.put(reward, mean(known)));
    return means;
  }

  /** The mean of the weighted sum; NaN if no completion has a score. */
  double ofSum() {
    return mean(sums);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
