package io.troupe.deploy.groups;

import io.troupe.deploy.groups.GroupEntry.Outcome;
import io.troupe.deploy.view.Figures;
import io.troupe.deploy.view.Style;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;

/** Prints a line per group, as wide as the terminal, and the sums at the end. */
public final class GroupTable implements GroupPrinter {
  private static final int OTHER_COLUMNS = 68;
  private static final int MIN_NAME = 6;
  private static final int MAX_NAME = 28;

  private final PrintWriter out;
  private final Style style;
  private final int nameWidth;
  private final DateTimeFormatter time;
  private final Map<String, Long> dropped = new TreeMap<>();
  private long groups;
  private long trained;
  private long lastStep;

  /**
   * A table.
   *
   * @param width of the output in characters
   * @param zone of the times
   */
  public GroupTable(PrintWriter out, Style style, int width, ZoneId zone) {
    this.out = out;
    this.style = style;
    this.nameWidth = Math.clamp((width - OTHER_COLUMNS) / 2, MIN_NAME, MAX_NAME);
    this.time = DateTimeFormatter.ofPattern("MM-dd HH:mm:ss").withZone(zone);
    out.println(
        style.dim(
            row("group", "issued", "attempts", "sampled by", "scored by", "reward", "result")));
  }

  private String row(
      String group,
      String issued,
      String attempts,
      String sampledBy,
      String scoredBy,
      String reward,
      String result) {
    String names = "%-" + nameWidth + "s  %-" + nameWidth + "s";
    return "%8s  %-14s  %8s  %s  %8s  %s"
        .formatted(
            group,
            issued,
            attempts,
            names.formatted(name(sampledBy), name(scoredBy)),
            reward,
            result);
  }

  private String name(String name) {
    return name.isEmpty() ? "-" : Figures.excerpt(name, nameWidth);
  }

  @Override
  public void print(GroupEntry entry) {
    groups++;
    out.println(
        row(
            Long.toString(entry.groupId()),
            time.format(Instant.ofEpochMilli(entry.issuedMillis())),
            Integer.toString(entry.attempts()),
            entry.sampledBy(),
            entry.scoredBy(),
            Double.isNaN(entry.meanReward()) ? "-" : Figures.decimal(entry.meanReward()),
            result(entry.outcome())));
  }

  private String result(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Trained(long step) -> {
        trained++;
        lastStep = Math.max(lastStep, step);
        yield "step " + step;
      }
      case Outcome.InBatch(long step) -> style.dim("in step " + step);
      case Outcome.Dropped(String reason) -> {
        dropped.merge(reason, 1L, Long::sum);
        yield style.red(reason);
      }
    };
  }

  @Override
  public void finish() {
    StringBuilder sums = new StringBuilder();
    sums.append(Figures.count(groups)).append(" groups: ");
    sums.append(Figures.count(trained)).append(" trained");
    if (trained > 0) {
      sums.append(" up to step ").append(lastStep);
    }
    dropped.forEach(
        (reason, count) ->
            sums.append(", ")
                .append(Figures.count(count))
                .append(" dropped (")
                .append(reason)
                .append(")"));
    out.println();
    out.println(sums);
  }
}
