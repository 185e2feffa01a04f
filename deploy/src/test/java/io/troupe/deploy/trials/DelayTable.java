package io.troupe.deploy.trials;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The results of trials as a table, with a row for each kind of disturbance.
 *
 * @param results of the trials
 */
public record DelayTable(List<TrialResult> results) {
  /** Copies the list. */
  public DelayTable {
    results = List.copyOf(results);
  }

  /** Prints the table, and how many trials kept the invariants. */
  public void print(PrintWriter out) {
    Map<String, List<Double>> byKind = new TreeMap<>();
    for (TrialResult result : results) {
      result
          .byKind()
          .forEach(
              (kind, delays) ->
                  byKind.computeIfAbsent(kind, _ -> new ArrayList<>()).addAll(delays));
    }
    out.println("kind, faults, p50 s, p95 s, max s");
    byKind.forEach(
        (kind, delays) -> {
          delays.sort(null);
          out.printf(
              "%s, %d, %.2f, %.2f, %.2f%n",
              kind,
              delays.size(),
              percentile(delays, 0.5),
              percentile(delays, 0.95),
              delays.getLast());
        });
    out.printf(
        "%d faults, %d of %d trials with the weights of the local run and every group trained"
            + " once%n",
        results.stream().mapToInt(TrialResult::numFaults).sum(),
        results.stream().filter(TrialResult::isUndisturbed).count(),
        results.size());
  }

  /** The smallest value that is not exceeded by a share of the values. */
  private static double percentile(List<Double> sorted, double share) {
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, index));
  }
}
