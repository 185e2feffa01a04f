package io.troupe.deploy.view;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Formats numbers, times and paths for display. */
public final class Figures {
  private Figures() {}

  /** A fraction in percent, such as {@code 86.5 %}; a dash for NaN. */
  public static String percent(double fraction) {
    return Double.isNaN(fraction) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  /** A number with two decimals, or in scientific notation if it is small. */
  public static String decimal(double value) {
    return String.format(
        Locale.ROOT, Math.abs(value) >= 0.01 || value == 0 ? "%.2f" : "%.1e", value);
  }

  /**
   * A metric: accuracies, overlaps and F1 in percent, losses with more decimals than other numbers.
   */
  public static String metric(String name, double value) {
    if (name.endsWith("accuracy") || name.endsWith("iou") || name.endsWith("f1")) {
      return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * value);
    }
    return name.endsWith("loss") && Math.abs(value) >= 0.01 && Math.abs(value) < 100
        ? String.format(Locale.ROOT, "%.4f", value)
        : decimal(value);
  }

  /** A number with at most two decimals, such as {@code 20} or {@code 0.25}. */
  public static String amount(double value) {
    return decimal(value).replaceFirst("\\.00$", "");
  }

  /** A whole number with thousands separators, such as {@code 12,345}. */
  public static String count(double value) {
    return String.format(Locale.ROOT, "%,d", Math.round(value));
  }

  /** Text on one line, shortened to {@code width} characters. */
  public static String excerpt(String text, int width) {
    String line = text.strip().replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "");
    return line.codePointCount(0, line.length()) <= width
        ? line
        : line.substring(0, line.offsetByCodePoints(0, width - 1)) + "…";
  }

  /** A path, relative to the working directory if it is inside of it. */
  public static String path(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path full = path.toAbsolutePath().normalize();
    return full.startsWith(here) && !full.equals(here)
        ? here.relativize(full).toString()
        : path.toString();
  }

  /** Minutes and seconds, such as {@code 2:05}, with hours from one hour on. */
  public static String time(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
