package io.troupe.actors.run;

/** Measures the wall time of a run over all of its processes and attempts. Thread-safe. */
public final class RunClock {
  private final long startNs = System.nanoTime();
  private double secondsBefore;
  private boolean resumed;

  /** Starts at 0. */
  public RunClock() {}

  /**
   * Adds the time of earlier processes. Only the first call has an effect: a later attempt of this
   * process finds its time included.
   *
   * @param seconds of the checkpoint from which this process continues
   */
  public synchronized void resumeFrom(double seconds) {
    if (!resumed) {
      secondsBefore = seconds;
      resumed = true;
    }
  }

  /** Seconds spent on the run so far. */
  public synchronized double seconds() {
    return secondsBefore + (System.nanoTime() - startNs) / 1e9;
  }
}
