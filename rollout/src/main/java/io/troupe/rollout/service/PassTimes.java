package io.troupe.rollout.service;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * How long forward passes take, by the number of their rows (a token that is decoded or read is a
 * row): measured, recent passes weigh more. Thread-safe.
 */
public final class PassTimes {
  private static final int CLASSES_PER_OCTAVE = 2;
  private static final int NUM_CLASSES = 31 * CLASSES_PER_OCTAVE;
  private static final double WEIGHT = 0.2;

  private final double[] meanNs = new double[NUM_CLASSES]; // NaN: not measured
  private final double[] meanRows = new double[NUM_CLASSES];
  private boolean isRunning;
  private long startNs;

  /** Nothing is measured. */
  public PassTimes() {
    Arrays.fill(meanNs, Double.NaN);
  }

  /** A pass begins. */
  public synchronized void begin(long nowNs) {
    isRunning = true;
    startNs = nowNs;
  }

  /**
   * The pass has ended.
   *
   * @param numRows 0 if nothing was computed
   */
  public synchronized void end(int numRows, long nowNs) {
    isRunning = false;
    if (numRows > 0) {
      measured(numRows, nowNs - startNs);
    }
  }

  private void measured(int numRows, long timeNs) {
    int c = classOf(numRows);
    if (Double.isNaN(meanNs[c])) {
      meanNs[c] = timeNs;
      meanRows[c] = numRows;
    } else {
      meanNs[c] += WEIGHT * (timeNs - meanNs[c]);
      meanRows[c] += WEIGHT * (numRows - meanRows[c]);
    }
  }

  private static int classOf(int numRows) {
    double octaves = Math.log(numRows) / Math.log(2);
    return Math.min(NUM_CLASSES - 1, (int) (CLASSES_PER_OCTAVE * octaves));
  }

  /** {@link System#nanoTime} at the start of the pass in progress; empty between two passes. */
  public synchronized OptionalLong running() {
    return isRunning ? OptionalLong.of(startNs) : OptionalLong.empty();
  }

  /**
   * The expected time of a pass in nanoseconds; 0 before any is measured.
   *
   * <p>The time grows with the number of rows, but not faster: a smaller pass bounds it, which
   * corrects an old measurement.
   */
  public synchronized long expectedNs(int numRows) {
    int c = classOf(Math.max(1, numRows));
    double bound = Double.POSITIVE_INFINITY;
    for (int smaller = 0; smaller <= c; smaller++) {
      if (!Double.isNaN(meanNs[smaller])) {
        bound = Math.min(bound, meanNs[smaller] * Math.max(1, numRows / meanRows[smaller]));
      }
    }
    return (long) (Double.isInfinite(bound) ? larger(c) : bound);
  }

  private double larger(int c) {
    for (int larger = c + 1; larger < NUM_CLASSES; larger++) {
      if (!Double.isNaN(meanNs[larger])) {
        return meanNs[larger];
      }
    }
    return 0;
  }
}
