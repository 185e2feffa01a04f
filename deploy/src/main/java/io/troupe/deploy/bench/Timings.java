package io.troupe.deploy.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Durations of the repetitions of a workload.
 *
 * @param seconds one for each repetition, ascending; at least one
 */
@SuppressWarnings("ArrayRecordComponent") // sorted once, read only
record Timings(double[] seconds) {
  /** Maximum number of repetitions in a given time. */
  private static final int MOST = 500;

  Timings {
    seconds = seconds.clone();
    Arrays.sort(seconds);
  }

  /** A workload. */
  interface Work {
    void run() throws Exception;
  }

  /** Runs {@code warmUps} unmeasured and {@code repeats} measured repetitions. */
  static Timings of(int warmUps, int repeats, Work work) throws Exception {
    for (int i = 0; i < warmUps; i++) {
      work.run();
    }
    double[] seconds = new double[repeats];
    for (int i = 0; i < repeats; i++) {
      long start = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - start) * 1e-9;
    }
    return new Timings(seconds);
  }

  /** Runs as many repetitions as fit into a time, from {@code least} to {@link #MOST}. */
  static Timings during(double budgetSeconds, int least, Work work) throws Exception {
    List<Double> seconds = new ArrayList<>();
    long begunNs = System.nanoTime();
    while (seconds.size() < least
        || (seconds.size() < MOST && (System.nanoTime() - begunNs) * 1e-9 < budgetSeconds)) {
      long start = System.nanoTime();
      work.run();
      seconds.add((System.nanoTime() - start) * 1e-9);
    }
    return new Timings(seconds.stream().mapToDouble(Double::doubleValue).toArray());
  }

  double median() {
    int half = seconds.length / 2;
    return seconds.length % 2 == 1 ? seconds[half] : (seconds[half - 1] + seconds[half]) / 2;
  }

  double best() {
    return seconds[0];
  }

  double worst() {
    return seconds[seconds.length - 1];
  }
}
