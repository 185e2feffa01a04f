package io.troupe.deploy.trials;

import java.util.List;

/**
 * A fault, or its end.
 *
 * @param victim name of the process or the links, such as {@code learner-1}
 * @param kind kind of the disturbance, for the table; empty if it is not in the table
 * @param timeNs when it began
 */
public record Disturbance(String victim, String kind, long timeNs) {

  /**
   * The longest time without a committed step that began between this disturbance and the next one.
   *
   * @param commitsNs times of all commits, ascending
   * @param endNs time of the next disturbance, or of the end
   * @return nanoseconds; -1 if no step was committed after this disturbance
   */
  public long longestGapNs(List<Long> commitsNs, long endNs) {
    long lastNs = timeNs;
    long longest = -1;
    for (long commitNs : commitsNs) {
      if (commitNs > timeNs && lastNs <= endNs) {
        longest = Math.max(longest, commitNs - lastNs);
        lastNs = commitNs;
      }
    }
    return longest;
  }
}
