package io.troupe.deploy.kills;

import java.util.List;

/**
 * Something that was done to a process.
 *
 * @param victim name of the process, such as {@code learner-1}
 * @param kind kind of the disturbance, for the table
 * @param timeNs when it began
 */
record Disturbance(String victim, String kind, long timeNs) {

  /**
   * The longest time without a committed step, from this disturbance to the next one.
   *
   * @param commitsNs times of all commits, ascending
   * @param endNs time of the next disturbance, or of the end
   * @return nanoseconds; -1 if no step was committed in that time
   */
  long longestGapNs(List<Long> commitsNs, long endNs) {
    long lastNs = timeNs;
    long longest = -1;
    for (long commitNs : commitsNs) {
      if (commitNs > timeNs && commitNs <= endNs) {
        longest = Math.max(longest, commitNs - lastNs);
        lastNs = commitNs;
      }
    }
    return longest;
  }
}
