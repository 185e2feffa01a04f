package io.troupe.deploy.faults;

import io.troupe.deploy.view.Figures;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows the number of simulated seeds, the rate and the time left. Used by one thread at a time.
 */
public final class FaultProgress {
  private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(250);
  private static final Duration LINE_INTERVAL = Duration.ofSeconds(10);
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean terminal;
  private final int numSeeds;
  private final LongSupplier nanoTime;
  private final long startNs;
  private long lastShownNs;
  private int numDone;
  private boolean shown;

  /**
   * Progress of 0 seeds.
   *
   * @param terminal whether a line can be overwritten
   * @param numSeeds number of seeds in total
   */
  public FaultProgress(PrintWriter out, boolean terminal, int numSeeds, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.numSeeds = numSeeds;
    this.nanoTime = nanoTime;
    this.startNs = nanoTime.getAsLong();
    this.lastShownNs = startNs;
  }

  /** Counts a seed, and shows the progress now and then. */
  public void advance() {
    numDone++;
    long nowNs = nanoTime.getAsLong();
    Duration interval = terminal ? TERMINAL_INTERVAL : LINE_INTERVAL;
    if (nowNs - lastShownNs >= interval.toNanos() && numDone < numSeeds) {
      lastShownNs = nowNs;
      show(Duration.ofNanos(nowNs - startNs));
    }
  }

  private void show(Duration elapsed) {
    double rate = numDone / Math.max(1e-9, elapsed.toNanos() / 1e9);
    String line =
        String.format(
            Locale.ROOT,
            "seed %s/%s  %.1f seeds/s  %s left",
            Figures.count(numDone),
            Figures.count(numSeeds),
            rate,
            Figures.time(Duration.ofSeconds(Math.round((numSeeds - numDone) / rate))));
    if (terminal) {
      out.print(CLEAR_LINE + line);
      shown = true;
    } else {
      out.println(line);
    }
    out.flush();
  }

  /** Removes the line of the progress, if there is one. */
  public void clear() {
    if (shown) {
      out.print(CLEAR_LINE);
      out.flush();
      shown = false;
    }
  }

  /** The time since the start. */
  public Duration elapsed() {
    return Duration.ofNanos(nanoTime.getAsLong() - startNs);
  }
}
