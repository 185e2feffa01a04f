package io.troupe.deploy.bench.result;

/**
 * The medians of one measurement in one or several processes.
 *
 * @param title of the measurement
 * @param seconds medians of the processes
 * @param low start of the range of noise
 * @param high end of the range of noise
 */
record Medians(String title, Timings seconds, double low, double high) {

  /**
   * Of several processes: the range is that of their medians.
   *
   * @param seconds medians of the processes
   */
  static Medians ofProcesses(String title, double... seconds) {
    Timings medians = new Timings(seconds);
    return new Medians(title, medians, medians.best(), medians.worst());
  }

  /** Of one process: the range is that of the middle half of its repetitions. */
  static Medians ofRepetitions(String title, double median, double q1, double q3) {
    return new Medians(title, new Timings(new double[] {median}), q1, q3);
  }

  /** The median of the medians. */
  double median() {
    return seconds.median();
  }

  /** The length of the range as a share of the median. */
  double spread() {
    return (high - low) / median();
  }

  /** Whether this was faster, beyond noise: its whole range is below the other one. */
  boolean isBelow(Medians other) {
    return high < other.low;
  }
}
