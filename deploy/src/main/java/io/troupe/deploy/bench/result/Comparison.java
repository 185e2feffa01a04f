package io.troupe.deploy.bench.result;

import io.troupe.data.json.FiniteJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the results of two files by title. A difference is marked if it is larger than noise:
 * the ranges of the two sides do not overlap. The range of several results with one title is that
 * of their medians, the range of a single result that of the middle half of its repetitions.
 *
 * @param before results of the first file
 * @param after results of the second file
 */
public record Comparison(Results before, Results after) {
  private static final String ROW = "%-46s %10s %10s %6s %7s  %s";

  /** Reads two files. */
  public static Comparison of(Path before, Path after) {
    return new Comparison(Results.read(before), Results.read(after));
  }

  /** A measurement of both files. */
  record Row(Medians before, Medians after) {
    /** How many times faster it is afterwards. */
    double speed() {
      return before.median() / after.median();
    }

    double spread() {
      return Math.max(before.spread(), after.spread());
    }

    String mark() {
      if (after.isBelow(before)) {
        return "faster";
      }
      return before.isBelow(after) ? "slower" : "";
    }

    Map<String, Object> toMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("title", before.title());
      map.put("before_s", before.median());
      map.put("after_s", after.median());
      map.put("speed", speed());
      map.put("spread", spread());
      map.put("mark", mark());
      return map;
    }
  }

  List<Row> rows() {
    Map<String, Medians> others = after.byTitle();
    return before.byTitle().values().stream()
        .filter(medians -> others.containsKey(medians.title()))
        .map(medians -> new Row(medians, others.get(medians.title())))
        .toList();
  }

  /** Titles in one file only. */
  List<String> unmatched() {
    List<String> titles = new ArrayList<>(before.byTitle().keySet());
    after
        .byTitle()
        .keySet()
        .forEach(
            title -> {
              if (!titles.remove(title)) {
                titles.add(title);
              }
            });
    return titles;
  }

  /** Prints one JSON object per measurement. */
  public void printJson(PrintWriter out) {
    rows().forEach(row -> out.println(FiniteJson.line(row.toMap())));
  }

  /** Prints a table. */
  public void print(PrintWriter out) {
    out.println("before: " + before.program());
    out.println("after:  " + after.program());
    if (before.machine().equals(after.machine())) {
      out.println(before.machine());
    } else {
      out.println("different machines: " + before.machine() + "; " + after.machine());
    }
    out.println();
    out.println(ROW.formatted("", "before", "after", "speed", "spread", "").stripTrailing());
    for (Row row : rows()) {
      out.println(
          ROW.formatted(
                  row.before.title(),
                  duration(row.before),
                  duration(row.after),
                  "%.2f".formatted(row.speed()),
                  "%.1f %%".formatted(100 * row.spread()),
                  row.mark())
              .stripTrailing());
    }
    unmatched().forEach(title -> out.println("in one file only: " + title));
  }

  /** A median; of the reference loop, its rate. */
  private static String duration(Medians medians) {
    return medians.title().equals(Results.REFERENCE)
        ? "%.0f GF/s".formatted(1 / medians.median())
        : Report.duration(medians.median());
  }
}
