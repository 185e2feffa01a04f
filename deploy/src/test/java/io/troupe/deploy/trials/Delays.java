package io.troupe.deploy.trials;

import java.util.ArrayList;
import java.util.List;

/**
 * The time without a committed step after disturbances.
 *
 * @param disturbances in the order of their times
 * @param commitsNs times of all commits, ascending
 * @param endNs end of the run
 */
public record Delays(List<Disturbance> disturbances, List<Long> commitsNs, long endNs) {
  private static final double NS_PER_S = 1e9;

  /** Copies the lists. */
  public Delays {
    disturbances = List.copyOf(disturbances);
    commitsNs = List.copyOf(commitsNs);
  }

  /** Median time between two commits. */
  public long usualNs() {
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < commitsNs.size(); i++) {
      gaps.add(commitsNs.get(i) - commitsNs.get(i - 1));
    }
    gaps.sort(null);
    return gaps.isEmpty() ? 0 : gaps.get(gaps.size() / 2);
  }

  /** The delays after those disturbances that have a kind and were followed by a commit. */
  public List<TrialResult.Delay> list() {
    long usual = usualNs();
    List<TrialResult.Delay> delays = new ArrayList<>();
    for (int i = 0; i < disturbances.size(); i++) {
      Disturbance disturbance = disturbances.get(i);
      boolean isLast = i == disturbances.size() - 1;
      long gap =
          disturbance.longestGapNs(commitsNs, isLast ? endNs : disturbances.get(i + 1).timeNs());
      if (gap >= 0 && !disturbance.kind().isEmpty()) {
        double seconds = Math.max(0, gap - usual) / NS_PER_S;
        delays.add(new TrialResult.Delay(disturbance.kind(), seconds));
      }
    }
    return delays;
  }
}
