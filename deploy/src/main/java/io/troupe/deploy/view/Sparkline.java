package io.troupe.deploy.view;

import java.util.List;

/** A curve in one line of text. */
final class Sparkline {
  private static final String LEVELS = "▁▂▃▄▅▆▇█";

  private Sparkline() {}

  /**
   * The whole curve; each character is the mean of a part.
   *
   * @param width maximum number of characters
   */
  static String of(List<Double> values, int width) {
    int bars = Math.min(width, values.size());
    double[] means = new double[bars];
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int bar = 0; bar < bars; bar++) {
      int from = (int) ((long) bar * values.size() / bars);
      int to = (int) ((bar + 1L) * values.size() / bars);
      means[bar] = values.subList(from, to).stream().mapToDouble(v -> v).average().orElseThrow();
      least = Math.min(least, means[bar]);
      most = Math.max(most, means[bar]);
    }
    StringBuilder line = new StringBuilder();
    for (double mean : means) {
      double height = most > least ? (mean - least) / (most - least) : 0;
      line.append(LEVELS.charAt((int) Math.round(height * (LEVELS.length() - 1))));
    }
    return line.toString();
  }
}
