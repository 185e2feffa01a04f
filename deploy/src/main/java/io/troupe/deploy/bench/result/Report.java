package io.troupe.deploy.bench.result;

import io.troupe.actors.run.ResidentMemory;
import io.troupe.data.json.FiniteJson;
import java.io.PrintWriter;
import java.util.Map;

/**
 * Prints results as they become available: as a table, or as one JSON object per line. A JSON line
 * contains everything that a comparison needs, so lines of several benchmarks and processes can be
 * collected in one file.
 */
public final class Report {
  private static final int TITLE_WIDTH = 46;

  private final PrintWriter out;
  private final boolean json;
  private final Environment environment;
  private final MachineLimits limits;
  private final ReferenceLoop reference;

  /**
   * A report.
   *
   * @param out standard output
   * @param json whether to print JSON
   * @param reference measured beside every result
   */
  public Report(
      PrintWriter out,
      boolean json,
      Environment environment,
      MachineLimits limits,
      ReferenceLoop reference) {
    this.out = out;
    this.json = json;
    this.environment = environment;
    this.limits = limits;
    this.reference = reference;
  }

  /** Prints the machine and the head of the table. */
  public void begin() {
    if (json) {
      return;
    }
    heading(out, environment, limits);
    out.println();
    out.println(row("", "median", "per second", "floor", "peak memory").stripTrailing());
    out.flush();
  }

  static void heading(PrintWriter out, Environment environment, MachineLimits limits) {
    out.printf(
        "%s (%s), %d %s%n",
        environment.cpu(),
        environment.isa(),
        environment.threads(),
        environment.threads() == 1 ? "thread" : "threads");
    out.printf(
        "JDK %s, commit %.8s, %s%n", environment.jdk(), environment.commit(), environment.date());
    out.printf(
        "multiply-adds in registers %.0f GFLOP/s (one thread %.0f), matrix product %.0f%n",
        limits.flopsPerSecond() * 1e-9,
        limits.flopsPerSecondOfOneThread() * 1e-9,
        limits.productFlopsPerSecond() * 1e-9);
    out.printf(
        "memory read %.1f GB/s (one thread %.1f)%n",
        limits.bytesPerSecond() * 1e-9, limits.bytesPerSecondOfOneThread() * 1e-9);
  }

  /** Prints a result. */
  public void add(BenchResult result) throws Exception {
    long memory = ResidentMemory.peakBytes();
    if (json) {
      Map<String, Object> line = result.toMap();
      line.put("peak_resident_bytes", memory);
      line.put("reference_gflop_s", reference.recent().medianRate() * 1e-9);
      line.put("limits", limits.toMap());
      line.put("environment", environment.toMap());
      out.println(FiniteJson.line(line));
    } else {
      out.println(
          row(
              result.title(),
              duration(result.timings().median()),
              rate(result.medianRate()) + " " + result.unit(),
              result.shareOfFloor().isEmpty()
                  ? ""
                  : "%.0f %%".formatted(100 * result.shareOfFloor().getAsDouble()),
              memory == 0 ? "" : "%,.0f MB".formatted(memory * 1e-6)));
    }
    out.flush();
  }

  /** Prints a sentence below the table; JSON has only results. */
  public void note(String sentence) {
    if (!json) {
      out.println(sentence);
      out.flush();
    }
  }

  private static String rate(double perSecond) {
    return (perSecond < 100 ? "%.1f" : "%,.0f").formatted(perSecond);
  }

  private static String row(String title, String median, String rate, String floor, String memory) {
    return ("%-" + TITLE_WIDTH + "s %10s %14s %7s %11s")
        .formatted(title, median, rate, floor, memory);
  }

  /** A time in s, ms or us, with three or four digits. */
  static String duration(double seconds) {
    if (seconds >= 1) {
      return "%.2f s".formatted(seconds);
    }
    return seconds >= 1e-3
        ? "%.2f ms".formatted(seconds * 1e3)
        : "%.1f us".formatted(seconds * 1e6);
  }
}
