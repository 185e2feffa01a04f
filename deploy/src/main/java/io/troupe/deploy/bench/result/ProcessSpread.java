package io.troupe.deploy.bench.result;

import java.io.PrintWriter;
import java.util.List;

/**
 * The medians of a benchmark in several fresh processes. The spread is the difference of the
 * largest and the smallest median, as a share of the middle one. That of the reference loop is the
 * noise of the machine.
 *
 * @param results of all processes
 */
public record ProcessSpread(Results results) {
  private static final String ROW = "%-46s %3s %10s %10s %10s %7s";

  /**
   * Of the output of several processes.
   *
   * @param lines of {@code bench --json}
   */
  public static ProcessSpread of(List<String> lines) {
    return new ProcessSpread(Results.parse("the output", lines));
  }

  /** Prints a table. */
  public void print(PrintWriter out) {
    out.println(results.machine());
    out.println(results.program());
    out.println();
    out.println(ROW.formatted("", "n", "median", "minimum", "maximum", "spread"));
    for (Medians medians : results.byTitle().values()) {
      out.println(
          ROW.formatted(
              medians.title(),
              medians.seconds().count(),
              Report.duration(medians.median()),
              Report.duration(medians.low()),
              Report.duration(medians.high()),
              "%.1f %%".formatted(100 * medians.spread())));
    }
  }
}
