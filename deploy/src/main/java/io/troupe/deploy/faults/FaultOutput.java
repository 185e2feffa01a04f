package io.troupe.deploy.faults;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.faults.FaultReport;
import io.troupe.actors.faults.SeedResult;
import io.troupe.actors.faults.check.Invariant;
import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.data.json.FiniteJson;
import io.troupe.deploy.view.Figures;
import io.troupe.deploy.view.Style;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * Prints the results of simulations.
 *
 * @param out standard output
 * @param json whether to print JSON
 * @param trace whether to print the events of seeds without a violation too
 */
public record FaultOutput(PrintWriter out, Style style, boolean json, boolean trace) {
  /** Number of seeds from which every kind of fault must have an effect. */
  public static final int MIN_SEEDS_FOR_ALL_KINDS = 200;

  /** Prints a seed: always as JSON, otherwise if it was violated or its trace is requested. */
  public void seed(SeedResult result) {
    if (json) {
      out.println(FiniteJson.line(toJson(result)));
    } else if (trace || result.violation().isPresent()) {
      print(result);
    }
    out.flush();
  }

  private void print(SeedResult result) {
    result.trace().forEach(out::println);
    out.printf(
        "seed %d  trace %016x  %s events, %s of virtual time%n",
        result.seed(),
        result.traceHash(),
        Figures.count(result.numEvents()),
        Figures.time(result.virtualTime()));
    result
        .violation()
        .ifPresent(
            violation ->
                out.printf(
                    "%s: %s%n  expected: %s%n  repeat with: %s%n",
                    style.red("seed " + result.seed() + " violates an invariant"),
                    violation.message(),
                    violation.invariant().law(),
                    command(result.seed())));
  }

  private static String command(long seed) {
    return "troupe faults --seed " + seed + " --trace";
  }

  private ObjectNode toJson(SeedResult result) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("event", "seed");
    node.put("seed", result.seed());
    node.put("trace_hash", "%016x".formatted(result.traceHash()));
    node.put("events", result.numEvents());
    node.put("virtual_seconds", result.virtualTime().toMillis() / 1e3);
    node.put("groups_trained", result.groupsTrained());
    result
        .violation()
        .ifPresent(
            violation -> {
              node.put("violation", name(violation.invariant()));
              node.put("message", violation.message());
              node.put("command", command(result.seed()));
            });
    if (trace || result.violation().isPresent()) {
      ArrayNode lines = node.putArray("trace");
      result.trace().forEach(lines::add);
    }
    return node;
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Prints the tables of all seeds. */
  public void summary(FaultReport report, Duration elapsed) {
    if (json) {
      out.println(FiniteJson.line(toJson(report, elapsed)));
    } else {
      printTables(report);
      printTotals(report, elapsed);
    }
    out.flush();
  }

  private void printTables(FaultReport report) {
    out.println(style.dim("%-20s %12s  %s".formatted("fault", "effects", "")));
    report
        .witnesses()
        .counts()
        .forEach(
            (kind, count) ->
                out.printf(
                    "%-20s %12s  %s%n",
                    kind.label(), Figures.count(count), style.dim(kind.effect())));
    out.println();
    out.println(style.dim("%-20s %12s  %s".formatted("invariant", "checks", "")));
    report
        .checks()
        .counts()
        .forEach(
            (invariant, count) ->
                out.printf(
                    "%-20s %12s  %s%n",
                    name(invariant), Figures.count(count), style.dim(invariant.law())));
    out.println();
  }

  private void printTotals(FaultReport report, Duration elapsed) {
    double seconds = Math.max(1e-9, elapsed.toNanos() / 1e9);
    out.printf(
        Locale.ROOT,
        "%s seeds in %s (%.1f seeds/s): %s events, %s groups trained, %s of virtual time%n",
        Figures.count(report.numSeeds()),
        Figures.time(elapsed),
        report.numSeeds() / seconds,
        Figures.count(report.numEvents()),
        Figures.count(report.groupsTrained()),
        Figures.time(Duration.ofSeconds(Math.round(report.virtualSeconds()))));
    if (report.numSeeds() >= MIN_SEEDS_FOR_ALL_KINDS) {
      for (FaultKind kind : report.witnesses().unseen()) {
        out.println("no effect of the fault " + kind.label() + " was seen");
      }
    }
    if (report.numFailures() == 0) {
      out.println(style.green("no violation"));
    } else {
      out.println(style.red(Figures.count(report.numFailures()) + " seeds violate an invariant"));
      for (SeedResult failure : report.failures()) {
        out.printf(
            "seed %d: %s  (%s)%n",
            failure.seed(),
            failure.violation().map(SeedResult.Violation::message).orElse(""),
            command(failure.seed()));
      }
    }
  }

  private static ObjectNode toJson(FaultReport report, Duration elapsed) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("event", "summary");
    node.put("seeds", report.numSeeds());
    node.put("violations", report.numFailures());
    node.put("seconds", elapsed.toMillis() / 1e3);
    node.put("events", report.numEvents());
    node.put("groups_trained", report.groupsTrained());
    node.put("virtual_seconds", report.virtualSeconds());
    ObjectNode faults = node.putObject("fault_effects");
    report.witnesses().counts().forEach((kind, count) -> faults.put(kind.label(), count));
    ObjectNode checks = node.putObject("checks");
    report.checks().counts().forEach((Invariant law, Long count) -> checks.put(name(law), count));
    return node;
  }
}
